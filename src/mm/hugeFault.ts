/**
 * Faults on entries above pte level: transparent huge pages of one pmd (mm/huge_memory.c, 6.12; DIGEST G.2.5).
 */
import { makeFolio } from '../hw/folio.ts'
import { FRAME_EXCLUSIVE, FRAME_HEAD, FRAME_REFERENCED } from '../hw/frames.ts'
import { ACCESS_WRITE } from '../hw/walker.ts'
import { POINT } from '../hw/yieldPoints.ts'
import { MACHINE, MM } from '../pgtable/fields.ts'
import { FAULT, PAGE, VM } from '../trace/schema.ts'
import { done } from './faultEnd.ts'
import { isFilePmd } from './filePmd.ts'
import { isHugeZero, hugeZeroPage } from './hugeZero.ts'
import { splitHugePmd } from './hugeSplit.ts'
import type { Kernel } from './kernel.ts'
import { hugeEnabled } from './hugePolicy.ts'
import { hugeMapped } from './partialMap.ts'
import { lockPmd } from './lockPte.ts'
import { USERFAULT } from './signals.ts'
import { isProtected } from './uffdWp.ts'
import { vmfAnonPrepare } from './vmFault.ts'

/** The huge path does not apply: go on with a pte table. */
export const FALLBACK = -1

/** Handles the fault at pmd level: OK, an ending, or FALLBACK. The entry is not a table. */
export function hugePmdFault(kernel: Kernel): number {
  const { vmf, arch } = kernel
  if (arch.hpageOrder === 0) return FALLBACK
  const { tables } = kernel.memory
  const at = tables.at(vmf.pmdTable, vmf.pmdIndex)
  vmf.lo = tables.words[at]
  vmf.hi = tables.words[at + 1]
  const level = arch.levels[kernel.pt.last - 1]
  if (level.table!.isNone(vmf.lo, vmf.hi))
    return hugeEnabled(kernel, vmf.vma, vmf.vpn) ? create(kernel) : FALLBACK
  return level.table!.isLeaf(vmf.lo, vmf.hi) ? present(kernel) : FALLBACK
}

/** do_huge_pmd_anonymous_page */
function create(kernel: Kernel): number {
  const { vmf } = kernel
  if (vmf.vma.anonVma === null) vmfAnonPrepare(kernel)
  return vmf.access === ACCESS_WRITE ? mapFolio(kernel) : mapZero(kernel)
}

function mapZero(kernel: Kernel): number {
  const { vmf, pt } = kernel
  kernel.points.reach(POINT.allocation)
  const deposit = pt.deposits.allocate(vmf.process.mm)
  if (deposit === 0) return FALLBACK
  const zero = hugeZeroPage(kernel)
  if (zero < 0) {
    pt.freeTable(deposit)
    return countFallback(kernel)
  }
  if (!lockPmd(kernel)) {
    pt.freeTable(deposit)
    return done(kernel, FAULT.spurious, 0, 0)
  }
  const leaf = kernel.arch.levels[pt.last - 1].leaf!
  let lo = leaf.mk(zero, vmf.vma.prot)
  if (kernel.behaviour.hugeZeroSpecial) lo = leaf.mkspecial(lo, leaf.hi)
  lo = leaf.mkhuge(lo, leaf.hi)
  pt.deposits.deposit(vmf.process.mm, vmf.pmdTable, deposit)
  kernel.memory.tables.set(vmf.pmdTable, vmf.pmdIndex, lo, leaf.hi, 0)
  return done(kernel, FAULT.hugeZero, zero, 0)
}

/** A folio of its own, mapped writable where the VMA allows. */
function mapFolio(kernel: Kernel): number {
  const { vmf, pt, memory, arch } = kernel
  kernel.points.reach(POINT.allocation)
  const folio = memory.allocPages(arch.hpageOrder, PAGE.anon)
  if (folio < 0) return countFallback(kernel)
  const deposit = pt.deposits.allocate(vmf.process.mm)
  if (deposit === 0) {
    memory.freePages(folio, arch.hpageOrder)
    return FALLBACK
  }
  if (!lockPmd(kernel)) {
    pt.freeTable(deposit)
    memory.freePages(folio, arch.hpageOrder)
    return done(kernel, FAULT.spurious, 0, 0)
  }
  prepareFolio(kernel, folio)
  pt.deposits.deposit(vmf.process.mm, vmf.pmdTable, deposit)
  return mapHuge(kernel, folio)
}

/** A fresh folio that the fault maps whole: one exclusive map of each page. */
function prepareFolio(kernel: Kernel, folio: number): void {
  const { frames } = kernel.memory
  const { hpageOrder } = kernel.arch
  makeFolio(frames, folio, hpageOrder)
  frames.flags[folio] |= newFolioFlags(kernel)
  hugeMapped(kernel, folio)
}

/** map_anon_folio_pmd: the entry, then what counts it. */
function mapHuge(kernel: Kernel, folio: number): number {
  setHuge(kernel, folio)
  kernel.vmf.process.mm.add(MM.rss_anon, kernel.arch.hpagePmdNr)
  kernel.vmstat.add(MACHINE.thp_fault_alloc, 1)
  return done(kernel, FAULT.thp, folio, 0)
}

function newFolioFlags(kernel: Kernel): number {
  return kernel.behaviour.faultsReference ? FRAME_EXCLUSIVE | FRAME_REFERENCED : FRAME_EXCLUSIVE
}

/** maybe_pmd_mkwrite(pmd_mkdirty(mk_huge_pmd(folio))) */
function setHuge(kernel: Kernel, folio: number): void {
  const { vmf } = kernel
  const leaf = kernel.arch.levels[kernel.pt.last - 1].leaf!
  let lo = leaf.mk(folio, vmf.vma.prot)
  lo = leaf.mkhuge(lo, leaf.hi)
  lo = leaf.mkdirty(lo, leaf.hi)
  if (vmf.vma.flags & VM.WRITE) lo = leaf.mkwrite(lo, leaf.hi)
  kernel.memory.tables.set(vmf.pmdTable, vmf.pmdIndex, lo, leaf.hi, 0)
}

function countFallback(kernel: Kernel): number {
  kernel.vmstat.add(MACHINE.thp_fault_fallback, 1)
  return FALLBACK
}

/** A huge entry is there: write permission, or young and dirty. */
function present(kernel: Kernel): number {
  const { vmf, arch } = kernel
  const leaf = arch.levels[kernel.pt.last - 1].leaf!
  const write = vmf.access === ACCESS_WRITE
  if (write && !leaf.isWrite(vmf.lo, vmf.hi)) return writeProtected(kernel)
  let lo = leaf.mkyoung(vmf.lo, vmf.hi)
  if (write) lo = leaf.mkdirty(lo, leaf.hi)
  kernel.memory.tables.set(vmf.pmdTable, vmf.pmdIndex, lo, leaf.hi, 0)
  return done(kernel, write ? FAULT.dirtyFlag : FAULT.accessFlag, leaf.pfn(lo, leaf.hi), 0)
}

/** do_huge_pmd_wp_page: reuse the folio when it is ours alone, else split and copy one small page. */
function writeProtected(kernel: Kernel): number {
  const { vmf, memory } = kernel
  const leaf = kernel.arch.levels[kernel.pt.last - 1].leaf!
  const folio = leaf.pfn(vmf.lo, vmf.hi)
  if (isFilePmd(kernel, folio)) return split(kernel)
  if (isProtected(vmf.vma, leaf, vmf.lo, vmf.hi)) return USERFAULT
  if (isHugeZero(kernel, folio))
    return kernel.behaviour.hugeZeroReplaced ? replaceZero(kernel) : split(kernel)
  const { frames } = memory
  const ours =
    (frames.flags[folio] & FRAME_EXCLUSIVE) !== 0 ||
    (frames.flags[folio] & FRAME_HEAD && frames.refcount[folio] === 1)
  if (!ours) return split(kernel)
  frames.flags[folio] |= FRAME_EXCLUSIVE
  let lo = leaf.mkyoung(vmf.lo, vmf.hi)
  lo = leaf.mkdirty(lo, leaf.hi)
  if (vmf.vma.flags & VM.WRITE) lo = leaf.mkwrite(lo, leaf.hi)
  memory.tables.set(vmf.pmdTable, vmf.pmdIndex, lo, leaf.hi, 0)
  return done(kernel, FAULT.cowReuse, folio, 0)
}

function split(kernel: Kernel): number {
  const { vmf } = kernel
  splitHugePmd(kernel, vmf.process.mm, vmf.vma, vmf.pmdTable, vmf.pmdIndex, vmf.vpn)
  return FALLBACK
}

/** do_huge_zero_wp_pmd (since 6.13): a write to the huge zero page gets a huge page. */
function replaceZero(kernel: Kernel): number {
  const { vmf, memory, arch, pt } = kernel
  const folio = memory.allocPages(arch.hpageOrder, PAGE.anon)
  if (folio < 0) return split(kernel)
  const pages = arch.hpagePmdNr
  const level = arch.levels[pt.last - 1]
  prepareFolio(kernel, folio)
  const first = Math.floor(vmf.vpn / pages) * pages
  memory.tables.set(vmf.pmdTable, vmf.pmdIndex, level.noneLo, level.noneHi, 0)
  kernel.flush.range(vmf.process.mm, first, first + pages, 0, false)
  return mapHuge(kernel, folio)
}
