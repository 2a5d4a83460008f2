import type { ComponentChildren } from 'preact'
import type { ComparedTitle } from '../../src/host/protocolCompare.ts'
import type { CompareCount, CompareStep, CompareValue } from '../../src/trace/compare/views.ts'
import { lookAt, onlyDiffering, stepQuery, summaryQuery } from '../state/compare.ts'
import { address, bytes, duration, grouped } from '../state/format.ts'

type Titles = readonly ComparedTitle[]

/** One column per machine: what the call returned, page tables, mm_struct, events and costs. */
export function Sides({ titles, missing }: { titles: Titles; missing: Titles }) {
  const step = stepQuery.data.value
  if (!step || step.k.length !== titles.length) return null
  return (
    <>
      <table class="abreast" data-testid="sides" style={{ '--machines': titles.length }}>
        <thead>
          <tr>
            <td />
            {titles.map((one, i) => (
              <th key={one.machine} scope="col">
                <button
                  type="button"
                  class="btn link"
                  title={`Show ${one.arch}, kernel ${one.kernel}, after this call in all panels`}
                  data-machine={one.machine}
                  onClick={() => lookAt(one.machine, step.k[i] ?? -1)}
                >
                  {one.title}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <Call step={step} />
        <Tables step={step} />
        <Values id="mm" name="mm_struct" values={step.fields} />
        <Counts id="events" name="Events in this call · up to it" counts={step.events} show={grouped} />
        <Counts
          id="costs"
          name="Simulated cost of this call · up to it"
          counts={step.costs}
          show={(value) => duration(value)}
        />
        <Values id="machine" name="Machine (vmstat)" values={step.machine} />
      </table>
      {missing.map((one) => (
        <p key={one.machine} class="hint">
          {one.title}: {one.status}
          {one.reason && `, ${one.reason}`}
        </p>
      ))}
    </>
  )
}

function Call({ step }: { step: CompareStep }) {
  const cells = step.call?.cells
  if (!cells) return null
  const results = cells.map((cell) =>
    cell === null ? 'not called' : `${cell.error ? '✗ ' : ''}${cell.result || '–'}`,
  )
  return (
    <Body name="This call">
      <Row name="result" values={results} differs={new Set(results).size > 1} />
      <Row name="simulated time" values={step.time.map(duration)} differs={new Set(step.time).size > 1} />
    </Body>
  )
}

function Tables({ step }: { step: CompareStep }) {
  const of = (name: 'tables' | 'known' | 'hidden') =>
    step.bytes.map((one) => (one === null ? '' : bytes(one[name])))
  const rows = [
    ['page tables', of('tables'), 'Bytes that the tables of the process take'],
    ['known', of('known'), 'What its accounting says: VmPTE and the OOM score'],
    ['hidden', of('hidden'), 'What nobody counts'],
  ] as const
  return (
    <Body name={`Page tables${step.process ? ` of ${step.process.name}` : ''}`}>
      {rows.map(([name, values, doc]) => (
        <Row key={name} name={name} values={values} doc={doc} differs={new Set(values).size > 1} />
      ))}
      {step.levels.map(({ level, tables, bytes: taken, differs }) => (
        <Row
          key={level}
          name={level}
          values={tables.map((count, i) =>
            count === null ? 'no level' : `${grouped(count)} · ${bytes(taken[i] ?? 0)}`,
          )}
          differs={differs}
          look={`level-${level}`}
        />
      ))}
    </Body>
  )
}

function Values({ id, name, values }: { id: string; name: string; values: readonly CompareValue[] }) {
  return (
    <Body name={name}>
      {values.map((row) => (
        <Row
          key={`${id} ${row.name}`}
          name={row.name}
          doc={row.doc}
          values={row.values.map((value) => shown(row.unit, value))}
          differs={row.differs}
        />
      ))}
    </Body>
  )
}

function shown(unit: string, value: string | null): string {
  if (value === null) return 'no field'
  if (unit === 'address' && value.startsWith('0x')) return address(value)
  return unit === 'bytes' && Number(value) >= 1024 ? bytes(Number(value)) : value
}

function Counts({
  id,
  name,
  counts,
  show,
}: {
  id: string
  name: string
  counts: readonly CompareCount[]
  show: (value: number) => string
}) {
  return (
    <Body name={name}>
      {counts.map((row) => (
        <Row
          key={`${id} ${row.name}`}
          name={row.name}
          {...(row.source === undefined ? {} : { doc: row.source })}
          values={row.here.map((here, i) => `${show(here)} · ${show(row.upTo[i] ?? 0)}`)}
          differs={row.differs}
        />
      ))}
    </Body>
  )
}

function Body({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <tbody>
      <tr class="abreast-head">
        <th scope="colgroup" colSpan={(summaryQuery.data.value?.titles.length ?? 0) + 1}>
          {name}
        </th>
      </tr>
      {children}
    </tbody>
  )
}

function Row({
  name,
  values,
  differs,
  doc,
  look = '',
}: {
  name: string
  values: readonly string[]
  differs: boolean
  doc?: string
  look?: string
}) {
  if (onlyDiffering.value && !differs) return null
  return (
    <tr class={differs ? 'differs' : ''} title={doc} data-side={name} data-differs={differs}>
      <th scope="row">
        <span class="sign">
          {differs ? '≠' : ''}
          {differs && <span class="hidden-text">differs: </span>}
        </span>
        <span class={look}>{name}</span>
      </th>
      {values.map((value, i) => (
        <td key={i} class={/^no (field|level)$/.test(value) ? 'dim' : ''}>
          {value}
        </td>
      ))}
    </tr>
  )
}
