/** 32-bit ARM: short descriptors and LPAE. */
import { variant, type Described } from '../../make.ts'
import type { Variant } from '../../variant.ts'
import { described } from './geometry.ts'
import { lpaeEntry, lpaeHuge, lpaeTable } from './lpae.ts'
import { hardwareCopy, shortEntry, shortTable } from './short.ts'

function short(d: Described): Variant {
  return variant('arm', d.geometry, {
    pte: shortEntry(d),
    tables: { pgd: shortTable() },
    hardwareCopy: hardwareCopy(d),
    habits: ['hardware-copy', 'vmalloc-seq', 'first-user-table'],
    aliases: ['arm', 'armhf', 'armhf-2level'],
  })
}

function lpae(d: Described): Variant {
  const { tlb } = d.geometry
  const flush = { ...tlb.flush, gather: ['RCU_TABLE_FREE'] as const, gupFast: true }
  return variant(
    'arm',
    { ...d.geometry, tlb: { ...tlb, flush } },
    {
      pte: lpaeEntry(d),
      huge: { pmd: lpaeHuge(d) },
      tables: { pgd: lpaeTable(false), pmd: lpaeTable(true) },
      habits: ['lpae-kernel-pmd', 'vmalloc-seq', 'first-user-table'],
      aliases: ['armhf-lpae'],
    },
  )
}

export const arm: Variant[] = described.map((d) => (d.geometry.id === 'arm-lpae' ? lpae(d) : short(d)))
