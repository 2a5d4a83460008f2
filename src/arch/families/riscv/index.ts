/** RISC-V: Sv32, and one 64-bit image that folds to Sv39, Sv48 or Sv57 at boot. */
import { feature, variant, type Described } from '../../make.ts'
import type { Variant } from '../../variant.ts'
import { riscvEntry, riscvHuge, riscvTable } from './entry.ts'
import { described } from './geometry.ts'
import { riscvLayouts } from './layout.ts'

const ALIASES: Record<string, string[]> = {
  'riscv64-sv39': ['riscv64', 'riscv'],
  'riscv64-sv48': ['sv48'],
  'riscv64-sv57': ['sv57'],
  'riscv32-sv32': ['riscv32'],
}

const svadu = feature(
  'svadu',
  true,
  'cpu',
  'the MMU sets A and D itself (Svadu, and what QEMU does); off: they fault (Svade)',
  'RISC-V privileged architecture, Svadu',
)

function complete(d: Described): Variant {
  const { id, levels } = d.geometry
  const tables: Variant['tables'] = {}
  const huge: Variant['huge'] = {}
  for (const { name, shift } of levels.slice(0, -1)) {
    tables[name] = riscvTable(d)
    huge[name] = riscvHuge(d, shift)
  }
  const full = variant('riscv', d.geometry, {
    pte: riscvEntry(d),
    tables,
    huge,
    features: [svadu],
    overrides: [
      { feature: 'svadu', value: false, patch: { pte: { hw: { setAccessed: null, setDirty: null } } } },
    ],
    aliases: ALIASES[id] ?? [],
    haveMovePmd: true,
    haveMovePud: true,
    sharesHugePmds: d.geometry.bits === 64,
  })
  return { ...full, layout: riscvLayouts[id] ?? full.layout }
}

export const riscv: Variant[] = described.map(complete)
