/** LoongArch 64: 4K, 16K and 64K pages. */
import { variant, type Described } from '../../make.ts'
import type { Variant } from '../../variant.ts'
import { hugeLeaf, loongarchEntry, pointerTable } from './entry.ts'
import { described } from './geometry.ts'

const ALIASES: Record<string, string[]> = { 'loongarch-16k-3level': ['loongarch', 'loongarch64', 'loong64'] }

function complete(d: Described): Variant {
  const { id, levels } = d.geometry
  const tables: Variant['tables'] = {}
  levels.slice(0, -1).forEach(({ name }, i) => {
    tables[name] = pointerTable(d, levels[i + 1]!.name)
  })
  const above = levels.at(-2)!
  return variant('loongarch', d.geometry, {
    pte: loongarchEntry(d),
    tables,
    huge: { [above.name]: hugeLeaf(d, above.shift) },
    habits: ['software-refill', 'invalid-tables', 'pointer-tables'],
    aliases: ALIASES[id] ?? [],
  })
}

export const loongarch: Variant[] = described.map(complete)
