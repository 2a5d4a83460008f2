/**
 * /proc/kpagecount and /proc/kpageflags of one page frame (fs/proc/page.c, 6.12), as far as the lab keeps the flags.
 */
import {
  FRAME_ACTIVE,
  FRAME_DIRTY,
  FRAME_FALLOCATED,
  FRAME_HEAD,
  FRAME_LAZYFREE,
  FRAME_REFERENCED,
  FRAME_TAIL,
} from '../hw/frames.ts'
import { headOf, mapcountOf } from '../hw/folio.ts'
import { PAGE } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'

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

/** How often the page is mapped. */
export function kpageCount(kernel: Kernel, frame: number): number {
  return mapcountOf(kernel.memory.frames, frame)
}

/** The flags as bits numbered by KPF. */
export function kpageFlags(kernel: Kernel, frame: number): number {
  const { frames } = kernel.memory
  const kind = frames.kind[frame]
  if (kind === PAGE.free) return bit(KPF.BUDDY)
  let bits = compound(frames.flags[frame])
  if (mapcountOf(frames, frame) > 0) bits |= bit(KPF.MMAP)
  if (kind === PAGE.table) return bits | bit(KPF.PGTABLE)
  if (kind === PAGE.zero)
    return bits | bit(KPF.ZERO_PAGE) | (isCompound(frames.flags[frame]) ? bit(KPF.THP) : 0)
  if (kind === PAGE.hugetlb) return bits | bit(KPF.HUGE) | bit(KPF.ANON)
  if (kind !== PAGE.anon && kind !== PAGE.shmem && kind !== PAGE.file) return bits
  if (frames.flags[frame] & FRAME_TAIL && !kernel.behaviour.tailsShowFolioFlags)
    return bits | bit(KPF.THP) | (kind === PAGE.anon ? bit(KPF.ANON) : 0)
  if (isCompound(frames.flags[frame])) bits |= bit(KPF.THP)
  return bits | ofFolio(kind, frames.flags[headOf(frames, frame)])
}

/** Flags that a page has from its folio. */
function ofFolio(kind: number, flags: number): number {
  let bits = bit(KPF.LRU)
  if (kind === PAGE.anon) bits |= bit(KPF.ANON)
  if (kind !== PAGE.file && (flags & FRAME_LAZYFREE) === 0) bits |= bit(KPF.SWAPBACKED)
  if (kind === PAGE.anon || (flags & FRAME_FALLOCATED) === 0) bits |= bit(KPF.UPTODATE)
  if (flags & FRAME_DIRTY) bits |= bit(KPF.DIRTY)
  if (flags & FRAME_REFERENCED) bits |= bit(KPF.REFERENCED)
  if (flags & FRAME_ACTIVE) bits |= bit(KPF.ACTIVE)
  return bits
}

function isCompound(flags: number): boolean {
  return (flags & (FRAME_HEAD | FRAME_TAIL)) !== 0
}

function compound(flags: number): number {
  return (flags & FRAME_HEAD ? bit(KPF.COMPOUND_HEAD) : 0) | (flags & FRAME_TAIL ? bit(KPF.COMPOUND_TAIL) : 0)
}

function bit(number: number): number {
  return 2 ** number
}
