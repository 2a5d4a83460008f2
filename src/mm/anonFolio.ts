/**
 * Multi-size THP: anonymous folios of several pages, mapped by pte entries (alloc_anon_folio, mm/memory.c, 6.8 and
 * later). Which sizes are on is /sys/kernel/mm/transparent_hugepage/hugepages-<size>kB/enabled.
 */
import { addMaps, makeFolio } from '../hw/folio.ts'
import { FRAME_EXCLUSIVE, FRAME_REFERENCED } from '../hw/frames.ts'
import { POINT } from '../hw/yieldPoints.ts'
import { MM } from '../pgtable/fields.ts'
import { FAULT, PAGE, VM } from '../trace/schema.ts'
import { fold } from './contpte.ts'
import { done } from './faultEnd.ts'
import type { Kernel } from './kernel.ts'
import { lockPte } from './lockPte.ts'
import type { SizeMode } from './hugePolicy.ts'

/** Sets the mode of one size, given as log2 base pages. */
export function setAnonFolioMode(kernel: Kernel, order: number, mode: SizeMode): void {
  if (order === kernel.arch.hpageOrder) {
    kernel.pmdFolios = mode
    return
  }
  const bit = 1 << order
  const sizes = kernel.anonFolios
  sizes.always &= ~bit
  sizes.madvise &= ~bit
  sizes.inherit &= ~bit
  if (mode !== 'never') sizes[mode] |= bit
}

/** Whether any size below a pmd is on. */
export function hasAnonFolios({ anonFolios }: Kernel): boolean {
  return (anonFolios.always | anonFolios.madvise | anonFolios.inherit) !== 0
}

/** Maps a folio of the largest size that fits around the fault; −1 when a single page has to do. */
export function mapAnonFolio(kernel: Kernel): number {
  const order = largestOrder(kernel)
  if (order === 0) return -1
  const { memory, vmf } = kernel
  kernel.points.reach(POINT.allocation)
  const folio = memory.allocPages(order, PAGE.anon)
  if (folio < 0) return -1
  const pages = 2 ** order
  if (!lockPte(kernel) || (kernel.points.stepping && !fits(kernel, pages))) {
    memory.freePages(folio, order)
    return done(kernel, FAULT.spurious, 0, 0)
  }
  makeFolio(memory.frames, folio, order)
  addMaps(memory.frames, folio, pages, 1)
  memory.frames.refcount[folio] = pages
  vmf.process.mm.add(MM.rss_anon, pages)
  const first = vmf.index & ~(pages - 1)
  for (let i = 0; i < pages; i++) mapPage(kernel, folio + i, first + i)
  fold(kernel, vmf.table, first, first + pages)
  return done(kernel, FAULT.anon, folio, 0)
}

function mapPage(kernel: Kernel, page: number, index: number): void {
  const { memory, vmf } = kernel
  const { pte } = kernel.arch
  memory.frames.flags[page] |= FRAME_EXCLUSIVE | (kernel.behaviour.faultsReference ? FRAME_REFERENCED : 0)
  let lo = pte.mk(page, vmf.vma.prot)
  lo = pte.swMkyoung(lo, pte.hi)
  if (vmf.vma.flags & VM.WRITE) {
    lo = pte.mkdirty(lo, pte.hi)
    lo = pte.mkwrite(lo, pte.hi)
  }
  memory.tables.set(vmf.table, index, lo, pte.hi, 0)
}

/** The largest enabled size whose aligned range lies in the VMA and is still empty; 0 for none. */
function largestOrder(kernel: Kernel): number {
  const { anonFolios, vmf } = kernel
  if (vmf.vma.flags & VM.NOHUGEPAGE) return 0
  let orders = anonFolios.always
  if (vmf.vma.flags & VM.HUGEPAGE) orders |= anonFolios.madvise
  if (kernel.thp === 'always' || (kernel.thp === 'madvise' && vmf.vma.flags & VM.HUGEPAGE))
    orders |= anonFolios.inherit
  while (orders !== 0) {
    const order = 31 - Math.clz32(orders)
    if (fits(kernel, 2 ** order)) return order
    orders &= ~(1 << order)
  }
  return 0
}

function fits(kernel: Kernel, pages: number): boolean {
  const { vmf, memory } = kernel
  const first = Math.floor(vmf.vpn / pages) * pages
  if (first < vmf.vma.start || first + pages > vmf.vma.end) return false
  const index = vmf.index & ~(pages - 1)
  for (let i = index; i < index + pages; i++) {
    const at = memory.tables.at(vmf.table, i)
    if (!kernel.arch.pte.isNone(memory.tables.words[at], memory.tables.words[at + 1])) return false
  }
  return true
}
