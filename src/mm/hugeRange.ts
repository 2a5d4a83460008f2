/**
 * Huge entries met by walks over ranges: zap_huge_pmd, change_huge_pmd, copy_huge_pmd (mm/huge_memory.c, 6.12).
 */
import { FRAME_EXCLUSIVE } from '../hw/frames.ts'
import { MM } from '../pgtable/fields.ts'
import { VM } from '../trace/schema.ts'
import { UFFD, withUffd } from './changeProtection.ts'
import { dropFilePmd, isFilePmd } from './filePmd.ts'
import { isHugeZero } from './hugeZero.ts'
import type { Kernel } from './kernel.ts'
import { hugeEntryGone, hugeMapped, hugeUnmapped } from './partialMap.ts'
import type { MmStruct } from './mmStruct.ts'
import type { Vma } from './vma.ts'

/** Takes a whole huge entry away, with the table kept for it. */
export function zapHugePmd(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  holder: number,
  index: number,
  first: number,
): void {
  const { tables } = kernel.memory
  const level = kernel.arch.levels[kernel.pt.last - 1]
  const pages = level.pages
  const at = tables.at(holder, index)
  const lo = tables.words[at]
  const hi = tables.words[at + 1]
  const folio = level.leaf!.pfn(lo, hi)
  tables.set(holder, index, level.noneLo, level.noneHi, 0)
  kernel.gather.range(first, first + pages, level.pageShift)
  if (isFilePmd(kernel, folio)) return dropFilePmd(kernel, mm, vma, holder, folio, lo, hi)
  kernel.pt.deposits.drop(mm, holder)
  if (isHugeZero(kernel, folio)) return
  mm.add(MM.rss_anon, -pages)
  hugeUnmapped(kernel, folio)
  hugeEntryGone(kernel, folio)
  if (kernel.gather.remove(folio)) kernel.gather.flushHeld()
}

/** Gives a whole huge entry the VMA's present protection. */
export function changeHugePmd(
  kernel: Kernel,
  vma: Vma,
  holder: number,
  index: number,
  first: number,
  upgrade: boolean,
  uffd: number,
): void {
  const { tables, frames } = kernel.memory
  const level = kernel.arch.levels[kernel.pt.last - 1]
  const leaf = level.leaf!
  const at = tables.at(holder, index)
  const oldLo = tables.words[at]
  const oldHi = tables.words[at + 1]
  let lo = leaf.modify(oldLo, oldHi, vma.prot)
  let { hi } = leaf
  if (uffd !== UFFD.keep) {
    lo = withUffd(leaf, lo, hi, uffd)
    hi = leaf.hi
  }
  const folio = leaf.pfn(oldLo, oldHi)
  const ours = isFilePmd(kernel, folio)
    ? (vma.flags & VM.SHARED) !== 0 && leaf.isDirty(oldLo, oldHi)
    : !isHugeZero(kernel, folio) && (frames.flags[folio] & FRAME_EXCLUSIVE) !== 0
  const tracked = kernel.behaviour.softDirty && (vma.flags & VM.SOFTDIRTY) === 0 && !leaf.isSoftDirty(lo, hi)
  const told = (vma.flags & VM.UFFD_WP) !== 0 && leaf.isUffdWp(lo, hi)
  if (upgrade && ours && !told && !tracked && !leaf.isProtnone(lo, hi) && !leaf.isWrite(lo, hi)) {
    lo = leaf.mkwrite(lo, hi)
    hi = leaf.hi
  }
  if (((lo ^ oldLo) | (hi ^ oldHi)) === 0) return
  tables.set(holder, index, lo, hi, 0)
  kernel.gather.range(first, first + level.pages, level.pageShift)
}

/** The child maps the same folio; both lose write permission. False when memory is out. */
export function copyHugePmd(
  kernel: Kernel,
  source: number,
  index: number,
  mm: MmStruct,
  target: number,
): boolean {
  const { pt, memory } = kernel
  const { tables, frames } = memory
  const level = kernel.arch.levels[pt.last - 1]
  const leaf = level.leaf!
  const deposit = pt.deposits.allocate(mm)
  if (deposit === 0) return false
  const at = tables.at(source, index)
  const folio = leaf.pfn(tables.words[at], tables.words[at + 1])
  const pages = level.pages
  if (!isHugeZero(kernel, folio)) {
    frames.refcount[folio]++
    frames.flags[folio] &= ~FRAME_EXCLUSIVE
    hugeMapped(kernel, folio)
    mm.add(MM.rss_anon, pages)
  }
  pt.deposits.deposit(mm, target, deposit)
  let lo = leaf.wrprotect(tables.words[at], tables.words[at + 1])
  let { hi } = leaf
  tables.set(source, index, lo, hi, 0)
  lo = leaf.mkold(lo, hi)
  hi = leaf.hi
  tables.set(target, index, lo, hi, 0)
  return true
}
