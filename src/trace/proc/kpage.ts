/**
 * /proc/kpageflags of one page frame (fs/proc/page.c, 6.12), as far as the lab keeps the flags.
 */
import { PAGE, PG } from '../schema.ts'
import type { PageFacts } from './pages.ts'

/** Bit numbers of include/uapi/linux/kernel-page-flags.h. */
export const KPF = {
  REFERENCED: 2,
  UPTODATE: 3,
  DIRTY: 4,
  LRU: 5,
  ACTIVE: 6,
  BUDDY: 10,
  MMAP: 11,
  ANON: 12,
  SWAPBACKED: 14,
  COMPOUND_HEAD: 15,
  COMPOUND_TAIL: 16,
  HUGE: 17,
  NOPAGE: 20,
  THP: 22,
  ZERO_PAGE: 24,
  PGTABLE: 26,
} as const

/** The flags as bits numbered by KPF. */
export function kpageFlagsOf(facts: PageFacts, tailsShowFolioFlags: boolean, frame: number): number {
  const kind = facts.kind(frame)
  if (kind === PAGE.free) return bit(KPF.BUDDY)
  const flags = facts.flags(frame)
  let bits = compound(flags)
  if (facts.mapcount(frame) > 0) bits |= bit(KPF.MMAP)
  if (kind === PAGE.table) return bits | bit(KPF.PGTABLE)
  if (kind === PAGE.zero) return bits | bit(KPF.ZERO_PAGE) | (isCompound(flags) ? bit(KPF.THP) : 0)
  if (kind === PAGE.hugetlb) {
    // The bit means 'of a file' here.
    const isFile = facts.flags(facts.head(frame)) & PG.lazyfree
    return bits | bit(KPF.HUGE) | (isFile ? 0 : bit(KPF.ANON))
  }
  if (kind !== PAGE.anon && kind !== PAGE.shmem && kind !== PAGE.file) return bits
  if (flags & PG.tail && !tailsShowFolioFlags)
    return bits | bit(KPF.THP) | (kind === PAGE.anon ? bit(KPF.ANON) : 0)
  if (isCompound(flags)) bits |= bit(KPF.THP)
  return bits | ofFolio(kind, facts.flags(facts.head(frame)))
}

/** Names of the bits, in their order. */
export function kpageFlagNames(bits: number): string[] {
  return Object.entries(KPF)
    .filter(([, number]) => Math.floor(bits / 2 ** number) % 2 === 1)
    .map(([name]) => name)
}

/** Flags that a page has from its folio. */
function ofFolio(kind: number, flags: number): number {
  let bits = bit(KPF.LRU)
  if (kind === PAGE.anon) bits |= bit(KPF.ANON)
  if (kind !== PAGE.file && (flags & PG.lazyfree) === 0) bits |= bit(KPF.SWAPBACKED)
  if (kind === PAGE.anon || (flags & PG.fallocated) === 0) bits |= bit(KPF.UPTODATE)
  if (flags & PG.dirty) bits |= bit(KPF.DIRTY)
  if (flags & PG.referenced) bits |= bit(KPF.REFERENCED)
  if (flags & PG.active) bits |= bit(KPF.ACTIVE)
  return bits
}

function isCompound(flags: number): boolean {
  return (flags & (PG.head | PG.tail)) !== 0
}

function compound(flags: number): number {
  return (flags & PG.head ? bit(KPF.COMPOUND_HEAD) : 0) | (flags & PG.tail ? bit(KPF.COMPOUND_TAIL) : 0)
}

function bit(number: number): number {
  return 2 ** number
}
