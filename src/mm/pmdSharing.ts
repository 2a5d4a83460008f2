/**
 * One pmd table for all mms that map the same PUD_SIZE of a shared hugetlb file at the same place within it
 * (huge_pmd_share, huge_pmd_unshare, mm/hugetlb.c, 6.12). Every mm counts the table as its own.
 */
import { allocTo } from '../pgtable/allocTo.ts'
import type { PageTables } from '../pgtable/pageTables.ts'
import { indexOf } from '../hw/walker.ts'
import { VM } from '../trace/schema.ts'
import { HugetlbFile } from './hugetlbFile.ts'
import type { Kernel } from './kernel.ts'
import { VM_LOCKED_MASK } from './locked.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'
import type { Vma } from './vma.ts'

/** ptdesc->pt_share_count of every shared table, and who they are. */
export class SharedPmds {
  private readonly sharers = new Map<number, MmStruct[]>()

  /** Users of a table besides the one it would be freed by. */
  count(table: number): number {
    return (this.sharers.get(table)?.length ?? 1) - 1
  }

  /** `mm` uses a table that `owner` uses already. */
  join(table: number, owner: MmStruct, mm: MmStruct): void {
    const users = this.sharers.get(table)
    if (users === undefined) this.sharers.set(table, [owner, mm])
    else users.push(mm)
  }

  /** One use less; the table belongs to one of those that are left. */
  leave(pt: PageTables, table: number, mm: MmStruct): void {
    const users = this.sharers.get(table)!
    users.splice(users.indexOf(mm), 1)
    pt.give(table, users[0].id)
    if (users.length === 1) this.sharers.delete(table)
  }
}

/** The pmd table for a fault of the VMA: shared where it can be, else made. 0 when memory is out. */
export function hugePteAlloc(kernel: Kernel, mm: MmStruct, vma: Vma, vpn: number): number {
  const { pt } = kernel
  const depth = pt.last - 2
  if (depth >= mm.top && wantsSharing(kernel, vma, vpn)) {
    const puds = allocTo(pt, mm, depth, low(vpn), high(vpn))
    if (puds === 0) return 0
    const index = indexOf(pt.levels[depth], low(vpn), high(vpn))
    if (pt.child(puds, index) === 0) share(kernel, mm, vma, vpn, puds, index)
  }
  return allocTo(pt, mm, pt.last - 1, low(vpn), high(vpn))
}

/** want_pmd_share: a shared mapping that covers the whole range of the table. */
function wantsSharing(kernel: Kernel, vma: Vma, vpn: number): boolean {
  if (kernel.arch.variant.sharesHugePmds !== true) return false
  if ((vma.flags & VM.MAYSHARE) === 0 || vma.flags & VM.UFFD_WP) return false
  const size = kernel.pt.levels[kernel.pt.last - 2].pages
  const first = Math.floor(vpn / size) * size
  return vma.start <= first && first + size <= vma.end
}

function share(kernel: Kernel, mm: MmStruct, vma: Vma, vpn: number, puds: number, index: number): void {
  const { pt } = kernel
  if (!(vma.file instanceof HugetlbFile)) return
  const pgoff = vma.pgoff + (vpn - vma.start)
  for (const [other, owner] of vma.file.mappings) {
    if (other === vma) continue
    const there = shareable(kernel, other, vma, vpn, pgoff)
    const table = there < 0 ? 0 : pt.tableFor(owner, pt.last - 1, low(there), high(there))
    if (table === 0) continue
    kernel.sharedPmds.join(table, owner, mm)
    pt.install(mm, puds, index, table)
    return
  }
}

/** page_table_shareable: the page where the other VMA maps the same, or −1. */
function shareable(kernel: Kernel, other: Vma, vma: Vma, vpn: number, pgoff: number): number {
  const { pt } = kernel
  const there = other.start + (pgoff - other.pgoff)
  const size = pt.levels[pt.last - 2].pages
  const first = Math.floor(there / size) * size
  if (((other.flags ^ vma.flags) & ~VM_LOCKED_MASK) !== 0) return -1
  if (vpn % size !== there % size) return -1
  return other.start <= first && first + size <= other.end ? there : -1
}

/**
 * huge_pmd_unshare: takes a table off this mm's tree if others use it too; its pages fault in again. The caller has begun
 * the gather. Returns whether it was shared.
 */
export function unshare(kernel: Kernel, mm: MmStruct, vpn: number, table: number): boolean {
  const { pt, sharedPmds } = kernel
  if (sharedPmds.count(table) === 0) return false
  const depth = pt.last - 2
  const puds = pt.tableFor(mm, depth, low(vpn), high(vpn))
  sharedPmds.leave(pt, table, mm)
  pt.unhook(mm, puds, indexOf(pt.levels[depth], low(vpn), high(vpn)), table)
  const size = pt.levels[depth].pages
  const first = Math.floor(vpn / size) * size
  kernel.gather.range(first, first + size, pt.levels[pt.last - 1].pageShift)
  return true
}

/** hugetlb_split: a VMA that gets a border at `at` cannot share the table around it any longer. */
export function unshareAtBorder(kernel: Kernel, mm: MmStruct, vma: Vma, at: number): void {
  const { pt } = kernel
  if (kernel.arch.variant.sharesHugePmds !== true) return
  const size = pt.levels[pt.last - 2].pages
  const first = Math.floor(at / size) * size
  if (first === at || first < vma.start || first + size > vma.end) return
  const table = pt.tableFor(mm, pt.last - 1, low(at), high(at))
  if (table === 0 || kernel.sharedPmds.count(table) === 0) return
  unshare(kernel, mm, at, table)
  kernel.flush.range(mm, first, first + size, pt.levels[pt.last - 1].pageShift, true)
}
