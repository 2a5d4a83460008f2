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

/** A colour token for a field; frame numbers and addresses keep the level's own. */
export function fieldHue(index: number): string {
  return index < 0 ? 'faint' : (HUES[index % HUES.length] ?? 'faint')
}
