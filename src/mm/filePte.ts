/**
 * Entries of file pages: finish_fault and set_pte_range (mm/memory.c, 6.12).
 */
import { headOf } from '../hw/folio.ts'
import { FRAME_DIRTY } from '../hw/frames.ts'
import { MM } from '../pgtable/fields.ts'
import { PAGE, VM } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'

/** Allocates the pte table a file fault may need, before the file is asked for the page. False when memory is out. */
export function preallocate(kernel: Kernel): boolean {
  const { vmf, pt } = kernel
  if (vmf.table !== 0 || vmf.prealloc !== 0) return true
  vmf.prealloc = pt.allocTable(vmf.process.mm, pt.last)
  return vmf.prealloc !== 0
}

/** pmd_install: the table made in advance becomes the one of the fault. */
export function installTable(kernel: Kernel): void {
  const { vmf, pt } = kernel
  if (vmf.table !== 0) return
  pt.install(vmf.process.mm, vmf.pmdTable, vmf.pmdIndex, vmf.prealloc)
  vmf.table = vmf.prealloc
  vmf.prealloc = 0
}

/** Maps `frame`, a page of a file, at entry `index` of the fault's table, with a reference of its own. */
export function mapFilePage(
  kernel: Kernel,
  index: number,
  frame: number,
  write: boolean,
  prefault: boolean,
): void {
  const { memory, vmf, arch } = kernel
  const { pte } = arch
  const { frames } = memory
  installTable(kernel)
  frames.mapcount[frame]++
  const folio = headOf(frames, frame)
  frames.refcount[folio]++
  let lo = pte.mk(frame, vmf.vma.prot)
  const inherits = arch.dirtyPageDirtiesPte || kernel.behaviour.dirtyFolioDirtiesPte
  if (inherits && frames.flags[folio] & FRAME_DIRTY && pte.isWrite(lo, pte.hi)) lo = pte.mkdirty(lo, pte.hi)
  lo = prefault && arch.prefaultsOld ? pte.mkold(lo, pte.hi) : pte.swMkyoung(lo, pte.hi)
  if (write) {
    lo = pte.mkdirty(lo, pte.hi)
    if (vmf.vma.flags & VM.WRITE) lo = pte.mkwrite(lo, pte.hi)
  }
  memory.tables.set(vmf.table, index, lo, pte.hi, 0)
}

/** mm_counter_file: `count` pages like `frame` were mapped. */
export function countFilePages(kernel: Kernel, frame: number, count: number): void {
  const { vmf, memory } = kernel
  vmf.process.mm.add(memory.frames.kind[frame] === PAGE.shmem ? MM.rss_shmem : MM.rss_file, count)
}
