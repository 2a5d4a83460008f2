/**
 * What a fault looked at without a lock is looked at again once the lock is held (vmf_pte_changed, pte_same;
 * mm/memory.c, 6.12). Only another CPU can have changed it, so only a race looks.
 */
import { LOCK, POINT } from '../hw/yieldPoints.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'

/** pte_offset_map_lock for the fault: false when the entry is no longer what the fault began with. */
export function lockPte(kernel: Kernel): boolean {
  if (!kernel.points.stepping) return true
  kernel.points.reach(POINT.lock, LOCK.pte)
  return isUnchanged(kernel)
}

/** pmd_lock for a fault at pmd level. */
export function lockPmd(kernel: Kernel): boolean {
  if (!kernel.points.stepping) return true
  kernel.points.reach(POINT.lock, LOCK.page_table_lock)
  const { vmf } = kernel
  return holds(kernel, vmf.pmdTable, vmf.pmdIndex)
}

/** pte_offset_map_lock for a walk over a range: false when the table was taken away before. */
export function lockTable(kernel: Kernel, mm: MmStruct, table: number, vpn: number): boolean {
  if (!kernel.points.stepping) return true
  kernel.points.reach(POINT.lock, LOCK.pte)
  return kernel.pt.tableFor(mm, kernel.pt.last, low(vpn), high(vpn)) === table
}

/** Whether the fault still finds the pte table and the entry that it began with. */
export function isUnchanged(kernel: Kernel): boolean {
  const { pt, vmf } = kernel
  const table = pt.tableFor(vmf.process.mm, pt.last, vmf.vpnLo, vmf.vpnHi)
  if (table !== vmf.table) return false
  return table === 0 || holds(kernel, table, vmf.index)
}

function holds(kernel: Kernel, table: number, index: number): boolean {
  const { vmf, memory } = kernel
  const at = memory.tables.at(table, index)
  return ((memory.tables.words[at] ^ vmf.lo) | (memory.tables.words[at + 1] ^ vmf.hi)) === 0
}
