/**
 * Files of hugetlbfs: what lies behind MAP_HUGETLB memory and memfd_create(MFD_HUGETLB), with its page cache and the map of
 * its reservations (fs/hugetlbfs/inode.c, mm/hugetlb.c, 6.12). Indexes and counts are in huge pages.
 */
import { FRAME_PAGECACHE } from '../hw/frames.ts'
import { FILE } from '../pgtable/fields.ts'
import { VM } from '../trace/schema.ts'
import { Inode } from './inode.ts'
import type { Kernel } from './kernel.ts'
import type { Vma } from './vma.ts'

/** The kernel's own mount of hugetlbfs: an unnamed device. */
const HUGETLBFS_DEVICE = 15

export const HUGETLB_NAME = '/anon_hugepage (deleted)'

export class HugetlbFile extends Inode {
  readonly isShmem = false
  readonly readOnly = false
  /** Base pages of a huge page. */
  readonly unit: number
  private readonly cache = new Map<number, number>()
  /** resv_map of the inode: pages that shared mappings reserved, in the page cache by now or not. */
  private readonly region = new Set<number>()

  constructor(kernel: Kernel, name: string, size: number) {
    super(kernel, name, HUGETLBFS_DEVICE, size)
    this.unit = 2 ** kernel.behaviour.hugetlbOrder
  }

  /** Base pages in the page cache. */
  get resident(): number {
    return this.cache.size * this.unit
  }

  /** Huge pages up to i_size. */
  get length(): number {
    return Math.ceil(this.size / (this.unit * this.kernel.arch.pageSize))
  }

  /** First frame of a huge page in the page cache, or −1. */
  at(index: number): number {
    return this.cache.get(index) ?? -1
  }

  /** Frame of a base page in the page cache, or −1. */
  cached(page: number): number {
    const frame = this.at(Math.floor(page / this.unit))
    return frame < 0 ? -1 : frame + (page % this.unit)
  }

  /** hugetlb_reserve_pages of a shared mapping: what is not reserved yet. False when the pool cannot promise it. */
  reserve(from: number, to: number): boolean {
    const missing: number[] = []
    for (let index = from; index < to; index++) if (!this.region.has(index)) missing.push(index)
    if (!this.kernel.hugetlb.reserve(missing.length)) return false
    for (const index of missing) this.region.add(index)
    return true
  }

  /** A page for the page cache, which has a reference of its own; by a reservation where there is one. −1: none to be had. */
  insert(index: number): number {
    const { hugetlb, memory } = this.kernel
    const frame = hugetlb.take(this.region.has(index))
    if (frame < 0) return -1
    this.region.add(index)
    this.cache.set(index, frame)
    memory.frames.setFlags(frame, memory.frames.flags[frame] | FRAME_PAGECACHE)
    this.set(FILE.nrpages, this.resident)
    return frame
  }

  /** remove_inode_hugepages and hugetlb_unreserve_pages: pages [from, to) go, and what is reserved for them. */
  drop(from: number, to: number): void {
    const { hugetlb } = this.kernel
    for (const index of [...this.region]) {
      if (index < from || index >= to) continue
      this.region.delete(index)
      const frame = this.at(index)
      if (frame < 0) hugetlb.reserved--
      else hugetlb.put(frame)
      this.cache.delete(index)
    }
    this.set(FILE.nrpages, this.resident)
  }

  /** hugetlb_vm_op_close: what a private mapping reserved and never used goes back with it. */
  override unmapped(vma: Vma): void {
    for (let page = vma.pgoff; page < vma.pgoff + vma.pages; page += this.unit)
      if (vma.reserved?.delete(page / this.unit)) this.kernel.hugetlb.reserved--
    super.unmapped(vma)
  }
}

/** vma_hugecache_offset: index in the file of the huge page at `vpn`. */
export function hugeIndex(file: HugetlbFile, vma: Vma, vpn: number): number {
  return Math.floor((vma.pgoff + (vpn - vma.start)) / file.unit)
}

/** hugetlb_reserve_pages for a new mapping of the huge pages [from, to). False when the pool cannot promise them. */
export function reserveFor(
  kernel: Kernel,
  file: HugetlbFile,
  flags: number,
  from: number,
  to: number,
): Set<number> | null | false {
  if (flags & VM.NORESERVE) return null
  if (flags & VM.MAYSHARE) return file.reserve(from, to) ? null : false
  if (!kernel.hugetlb.reserve(to - from)) return false
  return new Set(Array.from({ length: to - from }, (_, i) => from + i))
}
