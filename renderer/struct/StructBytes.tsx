import type { Signal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import {
  complaint,
  type Layout,
  shiftOf,
  shiftText,
  type Stretch,
  stretches,
  type Unit,
} from '../state/structLayout.ts'

/** Bytes per row of the drawing: everything in the struct is a multiple of it. */
const STEP = 4

/** The struct from top to bottom, four bytes a row; arrow keys move from field to field and from file to file. */
export function StructBytes({ layout, field }: { layout: Layout; field: Signal<string> }) {
  const box = useRef<HTMLDivElement>(null)
  const rows = Math.ceil(Math.max(...layout.units.map(({ bytes }) => bytes)) / STEP)
  const columns = layout.units.map((unit) => byRow(layout, unit))
  return (
    <div class="scroll struct-scroll" ref={box} onKeyDown={(event) => move(event, box.current)}>
      <table class="struct" data-testid="struct-bytes">
        <caption class="hidden-text">
          {layout.struct}, a column for each source file, four bytes a row
        </caption>
        <thead>
          <tr>
            <th scope="col">byte</th>
            {layout.units.map((unit) => (
              <UnitHead key={unit.unit} layout={layout} unit={unit} />
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: rows }, (_, row) => (
            <tr key={row}>
              <th scope="row">{row * STEP}</th>
              {columns.map((column, i) => {
                const stretch = column[row]
                if (stretch === undefined) return <td key={i} class="struct-end" />
                return stretch === null ? null : (
                  <Cell
                    key={i}
                    layout={layout}
                    unit={layout.units[i]}
                    column={i}
                    stretch={stretch}
                    field={field}
                  />
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** For each row what begins there; null where something from above goes on, undefined past the end. */
function byRow(layout: Layout, unit: Unit): (Stretch | null | undefined)[] {
  const rows: (Stretch | null)[] = []
  for (const stretch of stretches(layout, unit)) {
    rows.push(stretch)
    for (let more = STEP; more < stretch.bytes; more += STEP) rows.push(null)
  }
  return rows
}

function UnitHead({ layout, unit }: { layout: Layout; unit: Unit }) {
  const wrong = complaint(layout, unit) !== ''
  return (
    <th scope="col" class={wrong ? 'bad' : ''} title={`#include ${unit.includes.join(', ')}`}>
      {unit.unit}
      <span class="struct-note">
        {unit.bytes} bytes{unit.sawFolded ? ', saw the macro' : ''}
        {wrong ? ', mismatch' : ''}
      </span>
    </th>
  )
}

function Cell({
  layout,
  unit,
  column,
  stretch,
  field,
}: {
  layout: Layout
  unit: Unit
  column: number
  stretch: Stretch
  field: Signal<string>
}) {
  const span = Math.max(1, stretch.bytes / STEP)
  if (stretch.slot < 0)
    return (
      <td rowSpan={span} class="struct-hole">
        <span class="dim">padding</span>
      </td>
    )
  const { name, type, condition } = layout.fields[stretch.slot]
  const shift = shiftText(shiftOf(layout, unit, stretch.slot))
  const marks = [
    shift && 'moved',
    field.value === name && 'same',
    name.startsWith(`${layout.lock}.`) && 'lock',
  ]
  return (
    <td rowSpan={span} class={marks.filter(Boolean).join(' ')}>
      <button
        type="button"
        tabIndex={column === 0 && stretch.at === 0 ? 0 : -1}
        data-column={column}
        data-slot={stretch.slot}
        title={[type, condition, `${stretch.bytes} bytes at ${stretch.at}`].filter(Boolean).join(' · ')}
        aria-label={`${unit.unit}: ${name}, ${stretch.bytes} bytes at ${stretch.at}${shift && `, ${shift}`}`}
        onFocus={() => (field.value = name)}
        onClick={() => (field.value = name)}
      >
        {name}
        {shift && <em>{shift}</em>}
      </button>
    </td>
  )
}

const STEPS: Record<string, [number, number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
}

/** Up and down to the next field of the same file, left and right to the same field of the next file. */
function move(event: KeyboardEvent, box: HTMLElement | null): void {
  const step = STEPS[event.key]
  const from = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-slot]') : null
  if (step === undefined || from === null || box === null) return
  event.preventDefault()
  const [column, slot] = [Number(from.dataset['column']), Number(from.dataset['slot'])]
  const at = (c: number, s: number) =>
    box.querySelector<HTMLElement>(`[data-column="${c}"][data-slot="${s}"]`)
  let next = at(column + step[0], slot + step[1])
  // A field that this file does not have is stepped over.
  for (let s = slot + 2 * step[1]; next === null && step[1] !== 0 && s >= 0 && s < 200; s += step[1])
    next = at(column, s)
  if (next === null) return
  from.tabIndex = -1
  next.tabIndex = 0
  next.focus()
}
