import type { BitView } from '../../src/trace/views.ts'

export interface BitCell {
  bit: number
  one: boolean
  /** Index of the field the bit belongs to, or -1 for bits no field names. */
  field: number
}

/** The bits of an entry from the highest down, each with the field that holds it. */
export function bitCells(raw: string, bits: readonly BitView[]): BitCell[] {
  const value = BigInt(raw)
  const top = Math.max(31, ...bits.map((field) => field.hi), value > 0xffff_ffffn ? 63 : 31)
  const width = top < 32 ? 32 : top < 64 ? 64 : 128
  const owner = new Array<number>(width).fill(-1)
  bits.forEach((field, index) => {
    for (let bit = field.lo; bit <= field.hi; bit++) owner[bit] = index
  })
  return Array.from({ length: width }, (_, i) => {
    const bit = width - 1 - i
    return { bit, one: ((value >> BigInt(bit)) & 1n) === 1n, field: owner[bit] ?? -1 }
  })
}

const HUES = ['pud', 'pmd', 'pte', 'pgd', 'n', 's', 'f', 'k'] as const

/** A colour token for a field: what points somewhere has the level's, what must be zero warns when it is not. */
export function fieldHue(index: number, bit: BitView | undefined, level: string): string {
  if (!bit) return 'faint'
  if (bit.kind === 'frame' || bit.kind === 'address') return level
  if (bit.kind === 'reserved') return BigInt(bit.value) === 0n ? 'faint' : 'del'
  return HUES[index % HUES.length] ?? 'faint'
}
