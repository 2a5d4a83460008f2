/**
 * __split_huge_pmd (mm/huge_memory.c, 6.12): one huge entry becomes the deposited pte table with all its entries. The
 * folio stays whole; counters stay as they are.
 */
import { foldAll } from './contpte.ts'
import { addMaps } from '../hw/folio.ts'
import { FRAME_DIRTY, FRAME_EXCLUSIVE } from '../hw/frames.ts'
import { indexOf } from '../hw/walker.ts'
import { MACHINE } from '../pgtable/fields.ts'
import { VM } from '../trace/schema.ts'
import { dropFilePmd, isFilePmd } from './filePmd.ts'
import { isHugeZero } from './hugeZero.ts'
import type { Kernel } from './kernel.ts'
import { hugeUnmapped } from './partialMap.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'
import { unshareAtBorder } from './pmdSharing.ts'
import type { Vma } from './vma.ts'

/** Splits the huge entry `index` of `holder`, which maps page `vpn`. One of a file is taken away: its pages fault in again. */
export function splitHugePmd(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  holder: number,
  index: number,
  vpn: number,
): void {
  const { tables } = kernel.memory
  const level = kernel.arch.levels[kernel.pt.last - 1]
  const at = tables.at(holder, index)
  const lo = tables.words[at]
  const hi = tables.words[at + 1]
  const pages = level.pages
  const first = Math.floor(vpn / pages) * pages
  const folio = level.leaf!.pfn(lo, hi)
  tables.set(holder, index, level.noneLo, level.noneHi, 0)
  kernel.flush.range(mm, first, first + pages, 0, false)
  kernel.vmstat.add(MACHINE.thp_split_pmd, 1)
  if (isFilePmd(kernel, folio)) return dropFilePmd(kernel, mm, vma, holder, folio, lo, hi)
  const table = kernel.pt.deposits.withdraw(holder)
  if (isHugeZero(kernel, folio)) fillZero(kernel, vma, table, pages, level.leaf!.isUffdWp(lo, hi))
  else fillPages(kernel, vma, table, pages, folio, lo, hi)
  kernel.pt.hook(holder, index, table)
}

function fillZero(kernel: Kernel, vma: Vma, table: number, pages: number, uffdWp: boolean): void {
  const { pte } = kernel.arch
  let lo = pte.mk(kernel.memory.zeroFrame, vma.prot)
  lo = pte.mkspecial(lo, pte.hi)
  if (uffdWp) lo = pte.mkuffdWp(lo, pte.hi)
  const { hi } = pte
  for (let i = 0; i < pages; i++) kernel.memory.tables.set(table, i, lo, hi, 0)
}

/** Every small entry takes over what the huge one said: write, young, dirty, soft-dirty; each page its reference. */
function fillPages(
  kernel: Kernel,
  vma: Vma,
  table: number,
  pages: number,
  folio: number,
  hugeLo: number,
  hugeHi: number,
): void {
  const { pte } = kernel.arch
  const { frames, tables } = kernel.memory
  const leaf = kernel.arch.levels[kernel.pt.last - 1].leaf!
  const write = leaf.isWrite(hugeLo, hugeHi)
  const young = leaf.isYoung(hugeLo, hugeHi)
  const wasDirty = leaf.isDirty(hugeLo, hugeHi)
  const dirty = wasDirty && kernel.behaviour.splitKeepsDirty
  if (wasDirty) frames.setFlags(folio, frames.flags[folio] | FRAME_DIRTY)
  const softDirty = leaf.isSoftDirty(hugeLo, hugeHi)
  const uffdWp = leaf.isUffdWp(hugeLo, hugeHi)
  const exclusive = frames.flags[folio] & FRAME_EXCLUSIVE
  addMaps(frames, folio, pages, 1)
  hugeUnmapped(kernel, folio)
  frames.refcount[folio] += pages - 1
  for (let i = 0; i < pages; i++) {
    frames.flags[folio + i] |= exclusive
    let lo = pte.mk(folio + i, vma.prot)
    if (write) lo = pte.mkwrite(lo, pte.hi)
    if (!young) lo = pte.mkold(lo, pte.hi)
    if (dirty) lo = pte.mkdirty(lo, pte.hi)
    if (softDirty) lo = pte.mksoftDirty(lo, pte.hi)
    if (uffdWp) lo = pte.mkuffdWp(lo, pte.hi)
    tables.set(table, i, lo, pte.hi, 0)
  }
  foldAll(kernel, table)
}

/** split_huge_pmd_if_needed: before a VMA gets a border at page `at`. */
export function splitAtBorder(kernel: Kernel, mm: MmStruct, vma: Vma, at: number): void {
  const { pt, arch } = kernel
  if (vma.flags & VM.HUGETLB) return unshareAtBorder(kernel, mm, vma, at)
  if (arch.hpageOrder === 0 || at % arch.hpagePmdNr === 0) return
  const depth = pt.last - 1
  const holder = pt.tableFor(mm, depth, low(at), high(at))
  if (holder === 0) return
  const index = indexOf(pt.levels[depth], low(at), high(at))
  if (isHuge(kernel, holder, index)) splitHugePmd(kernel, mm, vma, holder, index, at)
}

/** pmd_trans_huge */
export function isHuge(kernel: Kernel, holder: number, index: number): boolean {
  const { tables } = kernel.memory
  const at = tables.at(holder, index)
  return kernel.arch.levels[kernel.pt.last - 1].table!.isLeaf(tables.words[at], tables.words[at + 1])
}
