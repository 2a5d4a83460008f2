/**
 * pmd_clear_bad (mm/pgtable-generic.c): an entry that is neither empty nor a table is complained about and emptied. A huge
 * entry that a fault installs between the test for one and the test for a bad one ends like that, and what it mapped, and
 * the table kept for it, are forgotten.
 */
import { indexOf } from '../hw/walker.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { isHuge } from './hugeSplit.ts'
import { high, low } from './pages.ts'

const ERR = 3

/** Clears the huge entry that maps page `vpn`. False when there is none. */
export function pmdClearBad(kernel: Kernel, mm: MmStruct, vpn: number): boolean {
  const { pt, memory, arch } = kernel
  const depth = pt.last - 1
  const holder = pt.tableFor(mm, depth, low(vpn), high(vpn))
  if (holder === 0) return false
  const level = pt.levels[depth]
  const index = indexOf(level, low(vpn), high(vpn))
  if (!isHuge(kernel, holder, index)) return false
  const at = memory.tables.at(holder, index)
  const [lo, hi] = [memory.tables.words[at], memory.tables.words[at + 1]]
  const raw = ((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)).toString(16).padStart(arch.bits / 4, '0')
  const entry = (memory.tables.frame[holder] * arch.pageSize + index * level.entryBytes).toString(16)
  kernel.printk(ERR, `mm/pgtable-generic.c:51: bad pmd ${entry.padStart(arch.bits / 4, '0')}(${raw})`)
  memory.tables.set(holder, index, level.noneLo, level.noneHi, 0)
  return true
}
