import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { TableView } from '../../src/trace/views.ts'
import { position } from '../state/position.ts'
import { theme, token } from '../state/theme.ts'
import { pickEntry } from '../state/walk.ts'
import { className } from './cellClass.ts'
import { drawGrid, type GridColors } from './drawGrid.ts'
import { cellAt, type GridShape, gridShape, moveInGrid } from './gridShape.ts'
import { heatByAge } from './heat.ts'

const MARGIN = 2

/** The entries of one table, one cell each. Arrow keys move; the cell is said in words below for those who cannot see it. */
export function TableGrid({ table, selected }: { table: TableView; selected: number }) {
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const size = useSignal({ width: 0, height: 0 })
  const scrollTop = useSignal(0)

  useEffect(() => watchSize(box.current, (value) => (size.value = value)), [])
  const { width, height } = size.value
  const shape = gridShape(table.entries, Math.max(0, width - 2 * MARGIN))

  useLayoutEffect(() => {
    if (canvas.current && width > 0)
      paint(canvas.current, table, shape, selected, scrollTop.value, size.value)
  }, [table, selected, width, height, scrollTop.value, position.value, theme.value, heatByAge.value])

  useEffect(() => keepInSight(box.current, shape, selected), [selected, table.id, width, height])

  const at = (event: PointerEvent | MouseEvent): number => {
    const bounds = box.current?.getBoundingClientRect()
    if (!bounds) return -1
    return cellAt(
      shape,
      table.entries,
      event.clientX - bounds.left - MARGIN,
      event.clientY - bounds.top - MARGIN + scrollTop.value,
    )
  }
  const pick = (index: number): void => {
    if (index >= 0) void pickEntry({ table: table.id, index })
  }

  return (
    <div
      ref={box}
      class="table-grid"
      tabIndex={0}
      role="img"
      aria-label={`${table.level} table ${table.id}, ${table.used} of ${table.entries} entries used. ${cellText(table, selected)}. Arrow keys move from entry to entry.`}
      data-testid={`grid-${table.level}`}
      data-table={table.id}
      data-selected={selected}
      onScroll={(event) => (scrollTop.value = event.currentTarget.scrollTop)}
      onClick={(event) => pick(at(event))}
      onPointerMove={(event) => {
        const index = at(event)
        event.currentTarget.title = index < 0 ? '' : cellText(table, index)
      }}
      onKeyDown={(event) => {
        const next = moveInGrid(shape, table.entries, Math.max(0, selected), event.key)
        if (next === null) return
        event.preventDefault()
        pick(next)
      }}
    >
      <div style={{ height: `${shape.height + 2 * MARGIN}px` }}>
        <canvas ref={canvas} aria-hidden="true" />
      </div>
    </div>
  )
}

/** One entry in words: 'pte[511], writable page, written at event 187'. */
export function cellText(table: TableView, index: number): string {
  if (index < 0) return 'no entry chosen'
  for (let i = 0; i * 2 < table.cells.length; i++) {
    if (table.cells[i * 2] !== index) continue
    const at = table.writtenAt[i] ?? 0
    return `${table.level}[${index}], ${className(table.cells[i * 2 + 1] ?? 0)}${at > 0 ? `, written at event ${at}` : ''}`
  }
  return `${table.level}[${index}], empty`
}

function paint(
  canvas: HTMLCanvasElement,
  table: TableView,
  shape: GridShape,
  selected: number,
  scrollTop: number,
  size: { width: number; height: number },
): void {
  const scale = window.devicePixelRatio
  const height = Math.min(size.height, shape.height + 2 * MARGIN)
  canvas.width = Math.round(size.width * scale)
  canvas.height = Math.round(height * scale)
  canvas.style.width = `${size.width}px`
  canvas.style.height = `${height}px`
  const context = canvas.getContext('2d')
  if (!context) return
  const firstRow = Math.floor(scrollTop / shape.cell)
  context.scale(scale, scale)
  context.translate(MARGIN, MARGIN - (scrollTop - firstRow * shape.cell))
  const rowCount = Math.ceil(height / shape.cell) + 1
  drawGrid(context, {
    table,
    shape,
    firstRow,
    rowCount,
    selected,
    k: position.value,
    byAge: heatByAge.value,
    colors: colorsOf(table.level),
  })
}

function colorsOf(level: string): GridColors {
  return {
    cell: token('cell'),
    level: token(level),
    kernel: token('faint'),
    bad: token('del'),
    changed: token('chg'),
    now: token('now'),
    pane: token('pane'),
  }
}

function keepInSight(box: HTMLElement | null, shape: GridShape, selected: number): void {
  if (!box || selected < 0) return
  const top = Math.floor(selected / shape.columns) * shape.cell
  if (top < box.scrollTop || top + shape.cell > box.scrollTop + box.clientHeight)
    box.scrollTop = top - box.clientHeight / 2
}

function watchSize(
  element: HTMLElement | null,
  onSize: (size: { width: number; height: number }) => void,
): () => void {
  if (!element) return () => undefined
  const observer = new ResizeObserver(() =>
    onSize({ width: element.clientWidth, height: element.clientHeight }),
  )
  observer.observe(element)
  return () => observer.disconnect()
}
