import '../styles/costs.css'
import { useEffect } from 'preact/hooks'
import type { CostRow, CostView } from '../../src/trace/views.ts'
import { usePaneVisible } from '../dock/mount.tsx'
import { costEdits, costsQuery, costsWatched, editCost, resetCost } from '../state/costs.ts'
import { bytes, duration, grouped } from '../state/format.ts'
import { trace } from '../state/runs.ts'
import { CommandButton } from '../ui/CommandButton.tsx'
import { Empty } from '../ui/Empty.tsx'
import { NoTrace } from '../ui/NoTrace.tsx'

/** Counted events times unit costs, up to the event shown; every unit cost can be changed where it stands. */
export function CostsPane() {
  const visible = usePaneVisible()
  useEffect(() => {
    costsWatched.value = visible.value
  }, [visible.value])
  if (!trace.value)
    return (
      <NoTrace title="No costs yet">
        Run the scenario: each mechanism appears here with how often it happened, what one takes, and where
        that figure is from.
      </NoTrace>
    )
  if (costsQuery.error.value) return <Empty title="Costs cannot be shown">{costsQuery.error.value}</Empty>
  const view = costsQuery.data.value
  if (!view) return null
  return (
    <>
      <div class="pane-head">
        <span>
          Counted, not measured: <b data-testid="costs-total">{duration(view.total)}</b> up to this event
        </span>
        <span class="grow" />
        {Object.keys(costEdits.value).length > 0 && (
          <CommandButton id="costs.reset">Use the documented costs</CommandButton>
        )}
      </div>
      <div
        class="scroll"
        tabIndex={0}
        role="region"
        aria-label="Costs by mechanism"
        data-testid="costs"
        data-k={view.k}
      >
        <Mechanisms view={view} />
        {view.byCpu.length > 1 && <ByCpu view={view} />}
        <Formulas view={view} />
      </div>
    </>
  )
}

function Mechanisms({ view }: { view: CostView }) {
  const counted = view.rows.filter((row) => row.counted)
  const most = Math.max(1, ...counted.map(({ total }) => total))
  return (
    <table class="costs">
      <thead>
        <tr>
          <th scope="col">mechanism</th>
          <th scope="col">events</th>
          <th scope="col">× ns</th>
          <th scope="col">units</th>
          <th scope="col">× ns</th>
          <th scope="col">total</th>
          <th scope="col">source</th>
        </tr>
      </thead>
      <tbody>
        {counted.map((row) => (
          <Mechanism key={row.id} row={row} most={most} />
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">all</th>
          <td colSpan={4} />
          <td>{duration(view.total)}</td>
          <td />
        </tr>
        {view.rows
          .filter((row) => !row.counted)
          .map((row) => (
            <tr key={row.id} class="quantity">
              <th scope="row">{row.what}</th>
              <td class="dim">formulas</td>
              <td>
                <Figure row={row} part="ns" value={row.ns} />
              </td>
              <td colSpan={3} />
              <Source row={row} />
            </tr>
          ))}
      </tfoot>
    </table>
  )
}

function Mechanism({ row, most }: { row: CostRow; most: number }) {
  return (
    <tr class={row.events === 0 ? 'unused' : ''} data-cost={row.id} data-total={row.total}>
      <th scope="row" title={row.what}>
        {row.what}
      </th>
      <td>{grouped(row.events)}</td>
      <td>
        <Figure row={row} part="ns" value={row.ns} />
      </td>
      <td>{row.unit && `${grouped(row.units)} ${row.unit}`}</td>
      <td>{row.unit && <Figure row={row} part="perUnit" value={row.nsPerUnit} />}</td>
      <td class="total">
        <i aria-hidden="true" style={{ width: `${(100 * row.total) / most}%` }} />
        <span>{duration(row.total)}</span>
      </td>
      <Source row={row} />
    </tr>
  )
}

/** Mechanisms that took any time, on each CPU. */
function ByCpu({ view }: { view: CostView }) {
  const rows = view.rows.filter(({ total }) => total > 0)
  return (
    <section aria-label="Costs by CPU">
      <h2 class="section">By CPU</h2>
      <table class="costs by-cpu" data-testid="costs-by-cpu">
        <thead>
          <tr>
            <th scope="col">mechanism</th>
            {view.byCpu.map((_, cpu) => (
              <th scope="col" key={cpu}>
                CPU {cpu}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.what}</th>
              {row.byCpu.map((ns, cpu) => (
                <td key={cpu} class={ns === 0 ? 'dim' : ''}>
                  {duration(ns)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">all</th>
            {view.byCpu.map((ns, cpu) => (
              <td key={cpu} data-cpu={cpu} data-ns={ns}>
                {duration(ns)}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </section>
  )
}

/** A figure in place: Enter or leaving the field takes it, Escape gives it up. */
function Figure({ row, part, value }: { row: CostRow; part: 'ns' | 'perUnit'; value: number }) {
  const take = (field: HTMLInputElement): void => {
    const typed = Number(field.value)
    if (field.value.trim() === '' || !(typed >= 0 && typed < 1e12)) field.value = String(value)
    else if (typed !== value) editCost(row.id, { [part]: typed })
  }
  return (
    <input
      class="figure"
      inputMode="decimal"
      value={String(value)}
      aria-label={`${row.what}: nanoseconds for each ${part === 'ns' ? 'event' : row.unit}`}
      data-figure={`${row.id}.${part}`}
      onBlur={(event) => take(event.currentTarget)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.value = String(value)
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}

function Source({ row }: { row: CostRow }) {
  const isAssumption = row.by === 'documented' && row.source.startsWith('assumption')
  return (
    <td class="source" title={row.source}>
      {row.by === 'user' && (
        <button type="button" class="btn link" onClick={() => resetCost(row.id)}>
          reset
        </button>
      )}
      {row.by !== 'documented' && <b class="warn">{row.by === 'user' ? 'yours' : 'the scenario’s'}</b>}
      {isAssumption && <b>assumption</b>}
      <span>
        {row.source
          .replace(/^assumption[;:]? ?/, '')
          .replace(/^you; /, '')
          .replace(/^the scenario; /, '')}
      </span>
    </td>
  )
}

function Formulas({ view }: { view: CostView }) {
  return (
    <section aria-label="Break-even formulas">
      <h2 class="section">Break-even formulas, with what this run counted</h2>
      <table class="costs formulas">
        <tbody>
          {view.formulas.map((each) => (
            <tr key={each.id} data-formula={each.id}>
              <th scope="row" title={each.about}>
                {each.title}
                <small>{each.about}</small>
              </th>
              <td>
                {each.formula}
                <small>= {each.filled}</small>
              </td>
              <td>{each.unit === 'ns' ? duration(each.value) : bytes(each.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
