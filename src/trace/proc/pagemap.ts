/**
 * Entries of /proc/PID/pagemap (pte_to_pagemap_entry, pagemap_pmd_range, pagemap_hugetlb_range; fs/proc/task_mmu.c, 6.12).
 */
import type { Arch, CompiledLevel, EntryOps } from '../../arch/arch.ts'
import { PAGE, PG, VM } from '../schema.ts'
import type { PageFacts } from './pages.ts'
import type { ProcRules } from './rules.ts'

export const PM = {
  PRESENT: 1n << 63n,
  SWAP: 1n << 62n,
  FILE: 1n << 61n,
  UFFD_WP: 1n << 57n,
  MMAP_EXCLUSIVE: 1n << 56n,
  SOFT_DIRTY: 1n << 55n,
} as const
const PFRAME = (1n << 55n) - 1n

/** What a page without an entry shows: its VMA may be soft-dirty. `flags` are those of the VMA, null outside of any. */
export function pagemapHole(rules: Pick<ProcRules, 'softDirty'>, flags: number | null): bigint {
  return flags !== null && rules.softDirty && (flags & VM.SOFTDIRTY) !== 0 ? PM.SOFT_DIRTY : 0n
}

/** `normal`: the page that a pte owns a reference of, −1: none; of no meaning for huge entries. */
export function pagemapPage(
  facts: PageFacts,
  rules: Pick<ProcRules, 'softDirty' | 'hugeExclusiveByHead'>,
  level: CompiledLevel,
  vpn: number,
  entryLo: number,
  entryHi: number,
  flags: number,
  normal: number,
): bigint {
  const hole = pagemapHole(rules, flags)
  const { leaf } = level
  if (leaf === null) return hole
  if (!leaf.isPresent(entryLo, entryHi))
    return leaf.isNone(entryLo, entryHi) ? hole : hole | marker(leaf, entryLo, entryHi)
  const frame = leaf.pfn(entryLo, entryHi) + (vpn % level.pages)
  let entry = PM.PRESENT | BigInt(frame) | hole
  if (rules.softDirty && leaf.isSoftDirty(entryLo, entryHi)) entry |= PM.SOFT_DIRTY
  if (leaf.isUffdWp(entryLo, entryHi)) entry |= PM.UFFD_WP
  if (level.pageShift === 0 && normal < 0) return entry
  const kind = facts.kind(frame)
  const ofFile = kind === PAGE.hugetlb ? facts.flags(facts.head(frame)) & PG.lazyfree : kind !== PAGE.anon
  if (ofFile) entry |= PM.FILE
  const counted = level.pageShift > 0 && rules.hugeExclusiveByHead ? facts.head(frame) : frame
  if (facts.mapcount(counted) === 1) entry |= PM.MMAP_EXCLUSIVE
  return entry
}

/** A pte marker, which is all that is neither present nor none here: shown like a swap entry. */
function marker(leaf: EntryOps, lo: number, hi: number): bigint {
  const type = BigInt(leaf.swapType(lo, hi))
  return PM.SWAP | PM.UFFD_WP | type | (BigInt(leaf.swapOffset(lo, hi)) << 5n)
}

/** vm_normal_page of a present pte: its page, or −1 for the zero page and other special ones. */
export function normalPage(arch: Arch, zeroFrame: number, lo: number, hi: number): number {
  const { pte } = arch
  const frame = pte.pfn(lo, hi)
  if (arch.hasPteSpecial) return pte.isSpecial(lo, hi) ? -1 : frame
  return frame === zeroFrame ? -1 : frame
}

const NAMES: readonly [bigint, string][] = [
  [PM.PRESENT, 'present'],
  [PM.SWAP, 'swap'],
  [PM.FILE, 'file/shared'],
  [PM.MMAP_EXCLUSIVE, 'exclusive'],
  [PM.SOFT_DIRTY, 'soft-dirty'],
  [PM.UFFD_WP, 'uffd-wp'],
]

/** An entry in words: 'present exclusive soft-dirty, frame 0x2004'. */
export function pagemapWords(entry: bigint): string {
  const names = NAMES.filter(([bit]) => (entry & bit) !== 0n).map(([, name]) => name)
  if (entry & PM.PRESENT) names[0] = `frame 0x${(entry & PFRAME).toString(16)}: ${names[0]}`
  return names.join(' ') || 'nothing'
}
