/** Where the cells of one table are drawn: a grid whose columns are a power of two, so that rows keep their meaning. */
export interface GridShape {
  columns: number
  rows: number
  /** Side of a cell in CSS pixels, gap included. */
  cell: number
  height: number
}

const MIN_CELL = 4
const MAX_CELL = 13
const MAX_COLUMNS = 64

export function gridShape(entries: number, width: number): GridShape {
  let columns = 1
  const wanted = Math.max(16, Math.sqrt(entries))
  while (columns < MAX_COLUMNS && columns < wanted && width / (columns * 2) >= MIN_CELL) columns *= 2
  columns = Math.min(columns, Math.max(1, entries))
  const cell = Math.min(MAX_CELL, width / columns)
  const rows = Math.ceil(entries / columns)
  return { columns, rows, cell, height: Math.ceil(rows * cell) }
}

/** Entry under a point of the grid, or -1. */
export function cellAt(shape: GridShape, entries: number, x: number, y: number): number {
  const column = Math.floor(x / shape.cell)
  const row = Math.floor(y / shape.cell)
  if (column < 0 || column >= shape.columns || row < 0) return -1
  const index = row * shape.columns + column
  return index < entries ? index : -1
}

/** The entry an arrow key leads to, or null for other keys. */
export function moveInGrid(shape: GridShape, entries: number, index: number, key: string): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -shape.columns,
    ArrowDown: shape.columns,
    Home: -entries,
    End: entries,
  }
  const by = steps[key]
  if (by === undefined) return null
  const target = index + by
  if (key === 'Home') return 0
  if (key === 'End') return entries - 1
  return target < 0 || target >= entries ? index : target
}
