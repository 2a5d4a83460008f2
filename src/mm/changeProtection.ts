/**
 * change_protection and change_pte_range (mm/mprotect.c, 6.12; DIGEST G.6): never allocates tables.
 */
import { FRAME_EXCLUSIVE } from '../hw/frames.ts'
import { LOCK, POINT } from '../hw/yieldPoints.ts'
import type { EntryOps } from '../arch/arch.ts'
import { PAGE, VM } from '../trace/schema.ts'
import { changeHugePmd } from './hugeRange.ts'
import { changeHugetlb } from './hugetlbRange.ts'
import { splitHugePmd } from './hugeSplit.ts'
import { refold, unfoldRange } from './contpte.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { vmNormalPage } from './normalPage.ts'
import { wantsWriteNotify } from './pageProt.ts'
import { walkRange } from './rangeWalk.ts'
import type { Vma } from './vma.ts'

/** What change_protection does to the uffd-wp bit: MM_CP_UFFD_WP, MM_CP_UFFD_WP_RESOLVE, or neither. */
export const UFFD = { keep: 0, set: 1, clear: 2 } as const

/** pte_mkuffd_wp, which takes the write permission away, and pte_clear_uffd_wp. */
export function withUffd(ops: EntryOps, lo: number, hi: number, uffd: number): number {
  if (uffd === UFFD.clear) return ops.clearUffdWp(lo, hi)
  const readOnly = ops.wrprotect(lo, hi)
  return ops.mkuffdWp(readOnly, ops.hi)
}

/** Gives the entries of [from, to) the VMA's present protection; the caller has begun the gather. */
export function changeProtection(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  from: number,
  to: number,
  uffd: number = UFFD.keep,
): void {
  if (vma.flags & VM.HUGETLB) return changeHugetlb(kernel, mm, vma, from, to)
  const upgrade = uffd !== UFFD.set && wantsManualUpgrade(mm, vma)
  walkRange(kernel, mm, from, to, {
    ptes: (table, at, end) => changePteRange(kernel, vma, table, at, end, upgrade, uffd),
    huge: (holder, index, at, end) => {
      if (end - at === kernel.arch.hpagePmdNr) changeHugePmd(kernel, vma, holder, index, at, upgrade, uffd)
      else splitHugePmd(kernel, mm, vma, holder, index, at)
    },
  })
}

/** vma_wants_manual_pte_write_upgrade: where the protection alone does not make entries writable. */
function wantsManualUpgrade(mm: MmStruct, vma: Vma): boolean {
  if (vma.flags & VM.SHARED) return wantsWriteNotify(mm.context.rules, vma)
  return (vma.flags & VM.WRITE) !== 0
}

function changePteRange(
  kernel: Kernel,
  vma: Vma,
  table: number,
  from: number,
  to: number,
  upgrade: boolean,
  uffd: number,
): void {
  const { tables } = kernel.memory
  const { pte } = kernel.arch
  const level = kernel.pt.levels[kernel.pt.last]
  const { entries } = level
  const first = (from >>> 0) & (entries - 1)
  kernel.points.reach(POINT.lock, LOCK.pte)
  const runs = unfoldRange(kernel, table, first, first + to - from)
  for (let i = 0; i < to - from; i++) {
    const index = first + i
    if (tables.untouched(table, index)) {
      i += 31 - (index & 31)
      continue
    }
    const at = tables.at(table, index)
    const lo = tables.words[at]
    const hi = tables.words[at + 1]
    if (!pte.isPresent(lo, hi)) {
      // A marker says that the page is protected: gone with the protection.
      if (uffd === UFFD.clear && !pte.isNone(lo, hi)) tables.set(table, index, level.noneLo, level.noneHi, 0)
      continue
    }
    let newLo = pte.modify(lo, hi, vma.prot)
    let newHi = pte.hi
    if (uffd !== UFFD.keep) {
      newLo = withUffd(pte, newLo, newHi, uffd)
      newHi = pte.hi
    }
    if (upgrade && !pte.isWrite(newLo, newHi) && canChangeWritable(kernel, vma, from + i, newLo, newHi)) {
      newLo = pte.mkwrite(newLo, newHi)
      newHi = pte.hi
    }
    if (((lo ^ newLo) | (hi ^ newHi)) === 0) continue
    tables.set(table, index, newLo, newHi, 0)
    if (needsFlush(pte, lo, hi, newLo, newHi)) kernel.gather.range(from + i, from + i + 1, 0)
  }
  refold(kernel, table, runs)
}

/** can_change_pte_writable: a private page that is certainly this mm's own, or a shared one whose writer was noticed. */
function canChangeWritable(kernel: Kernel, vma: Vma, vpn: number, lo: number, hi: number): boolean {
  const { pte } = kernel.arch
  if (pte.isProtnone(lo, hi)) return false
  if (vma.flags & VM.UFFD_WP && pte.isUffdWp(lo, hi)) return false
  if (kernel.behaviour.softDirty && (vma.flags & VM.SOFTDIRTY) === 0 && !pte.isSoftDirty(lo, hi)) return false
  if (vma.flags & VM.SHARED) return pte.isDirty(lo, hi)
  const page = vmNormalPage(kernel, vma, vpn, lo, hi)
  const { frames } = kernel.memory
  return page >= 0 && frames.kind[page] === PAGE.anon && (frames.flags[page] & FRAME_EXCLUSIVE) !== 0
}

/** pte_needs_flush (arch/x86/include/asm/tlbflush.h, 6.12): accessed does not count, nor does a dirty bit gained. */
function needsFlush(pte: EntryOps, lo: number, hi: number, newLo: number, newHi: number): boolean {
  if (!pte.hwValid(lo, hi)) return false
  if (!pte.hwValid(newLo, newHi) || pte.pfn(lo, hi) !== pte.pfn(newLo, newHi)) return true
  if (pte.hwDirty(lo, hi) && !pte.hwDirty(newLo, newHi)) return true
  return (
    pte.hwWrite(lo, hi) !== pte.hwWrite(newLo, newHi) ||
    pte.hwUser(lo, hi) !== pte.hwUser(newLo, newHi) ||
    pte.hwExec(lo, hi) !== pte.hwExec(newLo, newHi)
  )
}
