/** Classes of entries as TableView.cells gives them: what they are called and how they look without colour. */
export interface CellClass {
  name: string
  /** As drawn in the legend. */
  sign: string
}

export const CELL_CLASSES: readonly CellClass[] = [
  { name: 'empty', sign: '·' },
  { name: 'table', sign: '■' },
  { name: 'read-only page', sign: '□' },
  { name: 'writable page', sign: '■' },
  { name: 'not valid to hardware', sign: '◩' },
  { name: 'swap', sign: '•' },
  { name: 'zero page or special', sign: '◘' },
  { name: 'kernel', sign: '▪' },
  { name: 'bad', sign: '✕' },
]

export function className(code: number): string {
  return CELL_CLASSES[code]?.name ?? `class ${code}`
}

/** How strongly a cell is filled: the newer the write, the stronger. */
export function heat(writtenAt: number, k: number): number {
  if (k <= 0) return 1
  return 0.4 + 0.6 * Math.max(0, Math.min(1, writtenAt / k))
}
