/**
 * Tables that exist from pgd_alloc on (x86 PAE, arm LPAE): made and counted with the top table, taken back with it
 * (arch/x86/mm/pgtable.c: preallocate_pmds, pgd_mop_up_pmds; arch/arm/mm/pgd.c, 6.12).
 */
import type { Preallocated } from '../arch/variant.ts'
import type { TableOwner } from './mm.ts'
import type { PageTables } from './pageTables.ts'

/** Tables that no entry of the user's root leads to: the user half of page-table isolation. */
export type Hidden = Map<number, number[]>

/** False when memory ran out; what was made is then the caller's to take back. */
export function preallocate(pt: PageTables, mm: TableOwner, hidden: Hidden): boolean {
  for (const spec of pt.arch.variant.pgdInit.prealloc) {
    const depth = pt.levels.findIndex((level) => level.name === spec.level)
    for (const slot of spec.slots) if (!make(pt, mm, spec, depth, slot, hidden)) return false
  }
  return true
}

function make(
  pt: PageTables,
  mm: TableOwner,
  spec: Preallocated,
  depth: number,
  slot: number,
  hidden: Hidden,
): boolean {
  const table = pt.allocTable(mm, depth)
  if (table === 0) return false
  if (!spec.userRoot) {
    pt.install(mm, mm.pgd, slot, table)
    return true
  }
  pt.accounting.installed(mm, pt.levels[depth])
  hidden.set(mm.id, [...(hidden.get(mm.id) ?? []), table])
  return true
}

/** pgd_mop_up_pmds: what exit_mmap left. */
export function mopUp(pt: PageTables, mm: TableOwner, hidden: Hidden): void {
  if (pt.arch.firstUserPage > 0) freeFirst(pt, mm, mm.pgd, mm.top)
  for (const spec of pt.arch.variant.pgdInit.prealloc) {
    if (spec.userRoot) continue
    for (const slot of spec.slots) {
      const child = pt.child(mm.pgd, slot)
      if (child === 0) continue
      pt.unhook(mm, mm.pgd, slot, child)
      pt.freeTable(child)
    }
  }
  for (const table of hidden.get(mm.id) ?? []) {
    pt.accounting.freed(mm, pt.levels[pt.memory.tables.depth[table]])
    pt.freeTable(table)
  }
  hidden.delete(mm.id)
}

/**
 * pgd_free of an architecture whose user space begins above 0: exit_mmap stops at FIRST_USER_ADDRESS, so the tables that
 * cover page 0 are still there (arch/arm/mm/pgd.c, 6.12).
 */
function freeFirst(pt: PageTables, mm: TableOwner, parent: number, depth: number): void {
  const child = depth < pt.last ? pt.child(parent, 0) : 0
  if (child === 0) return
  freeFirst(pt, mm, child, depth + 1)
  pt.unhook(mm, parent, 0, child)
  pt.freeTable(child)
}
