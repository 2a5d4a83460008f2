/**
 * Huge pages of files mapped by one pmd entry (do_set_pmd, mm/memory.c; the file parts of mm/huge_memory.c, 6.12; DIGEST G.2.5).
 * No pte table is kept for them, except where the hash MMU stores slots in it: what is split or zapped is simply gone, and
 * the next fault makes a table.
 */
import { headOf } from '../hw/folio.ts'
import { FRAME_HEAD } from '../hw/frames.ts'
import { MACHINE, MM } from '../pgtable/fields.ts'
import { PAGE, VM } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { markAccessed, markDirty } from './pageFlags.ts'
import { hugeMapped, hugeUnmapped } from './partialMap.ts'
import type { Vma } from './vma.ts'

/** arch_needs_pgtable_deposit() */
export function needsDeposit(kernel: Kernel): boolean {
  return kernel.arch.variant.habits.includes('hash-page-table')
}

/** thp_vma_suitable_order: the pmd range around `vpn` lies in the VMA and maps an aligned range of the file. */
export function suitsPmd(kernel: Kernel, vma: Vma, vpn: number): boolean {
  const { hpageOrder, hpagePmdNr: pages } = kernel.arch
  if (hpageOrder === 0 || vma.flags & VM.NOHUGEPAGE) return false
  const first = Math.floor(vpn / pages) * pages
  return (vma.start - vma.pgoff) % pages === 0 && first >= vma.start && first + pages <= vma.end
}

/** do_set_pmd for the fault: maps the huge page that `frame` is part of, if it is one and the place suits it. */
export function mapFilePmd(kernel: Kernel, frame: number, write: boolean): boolean {
  const { vmf, memory, pt } = kernel
  const { frames } = memory
  const folio = headOf(frames, frame)
  if (vmf.table !== 0 || (frames.flags[folio] & FRAME_HEAD) === 0) return false
  if (frames.order[folio] !== kernel.arch.hpageOrder || !suitsPmd(kernel, vmf.vma, vmf.vpn)) return false
  const { mm } = vmf.process
  if (needsDeposit(kernel)) {
    const deposit = vmf.prealloc !== 0 ? vmf.prealloc : pt.deposits.allocate(mm)
    if (deposit === 0) return false
    vmf.prealloc = 0
    pt.deposits.deposit(mm, vmf.pmdTable, deposit)
  }
  setFilePmd(kernel, mm, vmf.vma, vmf.pmdTable, vmf.pmdIndex, folio, write)
  return true
}

export function setFilePmd(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  holder: number,
  index: number,
  folio: number,
  write: boolean,
): void {
  const { memory, pt, arch } = kernel
  const leaf = arch.levels[pt.last - 1].leaf!
  memory.frames.refcount[folio]++
  hugeMapped(kernel, folio)
  mm.add(counterOf(kernel, folio), arch.hpagePmdNr)
  let lo = leaf.mk(folio, vma.prot)
  lo = leaf.mkhuge(lo, leaf.hi)
  if (write) {
    lo = leaf.mkdirty(lo, leaf.hi)
    if (vma.flags & VM.WRITE) lo = leaf.mkwrite(lo, leaf.hi)
  }
  memory.tables.set(holder, index, lo, leaf.hi, 0)
  kernel.vmstat.add(MACHINE.thp_file_mapped, 1)
}

function counterOf(kernel: Kernel, folio: number): number {
  return kernel.memory.frames.kind[folio] === PAGE.shmem ? MM.rss_shmem : MM.rss_file
}

/** Whether a huge entry maps a page of a file. */
export function isFilePmd(kernel: Kernel, folio: number): boolean {
  const kind = kernel.memory.frames.kind[folio]
  return kind === PAGE.shmem || kind === PAGE.file
}

/** The entry of `folio`, (lo, hi), is out of the table: what counted it, and what it knew of the page. */
export function dropFilePmd(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  holder: number,
  folio: number,
  lo: number,
  hi: number,
): void {
  const { memory, pt, arch } = kernel
  const leaf = arch.levels[pt.last - 1].leaf!
  if (needsDeposit(kernel)) pt.deposits.drop(mm, holder)
  mm.add(counterOf(kernel, folio), -arch.hpagePmdNr)
  if (leaf.isDirty(lo, hi)) markDirty(memory.frames, folio)
  if (leaf.isYoung(lo, hi) && (vma.flags & VM.SEQ_READ) === 0) markAccessed(kernel, folio)
  hugeUnmapped(kernel, folio)
  memory.putPage(folio)
}
