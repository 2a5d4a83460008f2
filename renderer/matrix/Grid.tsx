import type { MatrixCellView, MatrixSeamView } from '../../src/host/protocolCompare.ts'
import type { ArchRow } from '../../src/host/protocol.ts'
import { cellKey, cells, focused, shownRows } from '../state/matrix.ts'
import { openCell } from './openCell.ts'
import { VERDICT_MARKS } from './verdictMarks.ts'

/** Architectures down, alternatives across. Arrow keys move, Enter runs the cell on the desk. */
export function Grid({ seam }: { seam: MatrixSeamView }) {
  const rows = shownRows.value
  const at = focused.value ?? { arch: rows[0]?.id ?? '', alternative: seam.alternatives[0]?.id ?? '' }
  return (
    <table
      class="matrix-grid"
      role="grid"
      aria-label={seam.title}
      aria-rowcount={rows.length + 1}
      data-testid="matrix-grid"
      onKeyDown={(event) => move(event, rows, seam)}
    >
      <thead>
        <tr role="row">
          <th scope="col" role="columnheader">
            architecture
          </th>
          {seam.alternatives.map((one) => (
            <th key={one.id} scope="col" role="columnheader" title={`${one.id}: ${one.used} ${one.risk}`}>
              {one.label}
              <i>{one.kernel}</i>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} role="row" data-arch={row.id}>
            <th scope="row" role="rowheader" title={row.title}>
              {row.id}
            </th>
            {seam.alternatives.map(({ id }) => (
              <Cell
                key={id}
                arch={row.id}
                alternative={id}
                cell={cells.value.get(cellKey(row.id, id)) ?? null}
                here={at.arch === row.id && at.alternative === id}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cell({
  arch,
  alternative,
  cell,
  here,
}: {
  arch: string
  alternative: string
  cell: MatrixCellView | null
  here: boolean
}) {
  const mark = cell ? VERDICT_MARKS[cell.verdict] : null
  return (
    <td
      role="gridcell"
      tabIndex={here ? 0 : -1}
      class={`matrix-cell ${mark?.look ?? ''}`}
      title={cell?.evidence?.message ?? mark?.about}
      data-cell={`${arch} ${alternative}`}
      data-verdict={cell?.verdict ?? ''}
      onFocus={() => (focused.value = { arch, alternative })}
      onClick={() => cell && void openCell(cell)}
    >
      {mark && (
        <>
          <span aria-hidden="true">{mark.sign}</span> {cell?.verdict}
        </>
      )}
    </td>
  )
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  PageDown: [10, 0],
  PageUp: [-10, 0],
  Home: [0, -99],
  End: [0, 99],
}

function move(event: KeyboardEvent, rows: readonly ArchRow[], seam: MatrixSeamView): void {
  const from = focused.value
  if (from === null) return
  if (event.key === 'Enter' || event.key === ' ') {
    const cell = cells.value.get(cellKey(from.arch, from.alternative))
    if (cell) void openCell(cell)
    event.preventDefault()
    return
  }
  const step = STEPS[event.key]
  if (!step) return
  event.preventDefault()
  const clamp = (value: number, count: number) => Math.max(0, Math.min(count - 1, value))
  const row = clamp(rows.findIndex(({ id }) => id === from.arch) + step[0], rows.length)
  const column = clamp(
    seam.alternatives.findIndex(({ id }) => id === from.alternative) + step[1],
    seam.alternatives.length,
  )
  const target = `${rows[row]?.id} ${seam.alternatives[column]?.id}`
  const grid = event.currentTarget as HTMLElement
  grid.querySelector<HTMLElement>(`[data-cell="${CSS.escape(target)}"]`)?.focus()
}
