/**
 * pte_free_defer (mm/pgtable-generic.c, 6.12): a pte table that was taken off its pmd, whose TLBs are told, but which
 * walkers without locks may still be in. It waits for a grace period on every architecture, also where others need none.
 */
import type { Kernel } from './kernel.ts'

export function pteFreeDefer(kernel: Kernel, table: number): void {
  kernel.rcu.defer([table], true)
  kernel.rcu.poll()
}
