/**
 * unmap_page_range and zap_pte_range (mm/memory.c, 6.12; DIGEST G.5): empties entries, never frees tables.
 */
import { headOf } from '../hw/folio.ts'
import { MM } from '../pgtable/fields.ts'
import { KIND, PAGE, VM } from '../trace/schema.ts'
import { unfoldEdges } from './contpte.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { vmNormalPage } from './normalPage.ts'
import { markAccessed, markDirty } from './pageFlags.ts'
import type { Vma } from './vma.ts'
import { low } from './pages.ts'
import { zapHugePmd } from './hugeRange.ts'
import { zapHugetlb } from './hugetlb.ts'
import { splitHugePmd } from './hugeSplit.ts'
import { walkRange } from './rangeWalk.ts'

/** Zaps pages [from, to) of one VMA; the caller has begun the gather. Without `evenCows` private copies stay. */
export function zapRange(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  from: number,
  to: number,
  evenCows = true,
): void {
  if (vma.flags & VM.HUGETLB) return zapHugetlb(kernel, mm, from, to)
  walkRange(kernel, mm, from, to, {
    ptes: (table, at, end) => zapPteRange(kernel, mm, vma, table, at, end, evenCows),
    huge: (holder, index, at, end) => zapHuge(kernel, mm, vma, holder, index, at, end),
  })
}

/** zap_pmd_range: a huge entry that goes only in part is split first. */
function zapHuge(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  holder: number,
  index: number,
  from: number,
  to: number,
): void {
  if (to - from === 2 ** kernel.arch.hpageOrder) zapHugePmd(kernel, mm, holder, index, from)
  else splitHugePmd(kernel, mm, vma, holder, index, from)
}

function zapPteRange(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  table: number,
  from: number,
  to: number,
  evenCows: boolean,
): void {
  const { memory, gather, mask, arch } = kernel
  const { tables } = memory
  const { pte } = arch
  const level = kernel.pt.levels[kernel.pt.last]
  const first = low(from) & (level.entries - 1)
  const count = to - from
  let anon = 0
  let file = 0
  let shmem = 0
  let dirty = false
  mask.begin(first, count)
  for (let i = 0; i < count; i++) {
    if (tables.untouched(table, first + i)) {
      i += 31 - ((first + i) & 31)
      continue
    }
    const at = tables.at(table, first + i)
    const lo = tables.words[at]
    const hi = tables.words[at + 1]
    if (pte.isNone(lo, hi)) continue
    const page = pte.isPresent(lo, hi) ? vmNormalPage(kernel, vma, from + i, lo, hi) : -1
    const kind = page < 0 ? PAGE.free : memory.frames.kind[page]
    if (!evenCows && kind === PAGE.anon) continue
    mask.add(first + i)
    if (page < 0) continue
    if (kind === PAGE.anon) {
      anon++
      continue
    }
    if (noteFilePage(kernel, vma, page, lo, hi)) dirty = true
    if (kind === PAGE.shmem) shmem++
    else file++
  }
  if (mask.count === 0) return
  unfoldEdges(kernel, table, first, first + count)
  clearMasked(kernel, table, first, count)
  gather.range(from, to, 0)
  if (anon) mm.add(MM.rss_anon, -anon)
  if (file) mm.add(MM.rss_file, -file)
  if (shmem) mm.add(MM.rss_shmem, -shmem)
  if (dirty) gather.flush()
}

/** What the entry knows goes to the page. True for a dirty one: the TLBs must be told before the table's lock is dropped. */
function noteFilePage(kernel: Kernel, vma: Vma, page: number, lo: number, hi: number): boolean {
  const { frames } = kernel.memory
  const { pte } = kernel.arch
  if (pte.isYoung(lo, hi) && (vma.flags & VM.SEQ_READ) === 0) markAccessed(kernel, page)
  if (!pte.isDirty(lo, hi)) return false
  markDirty(frames, page)
  return true
}

/** Few entries are recorded one by one, with their old values; many as one event. */
const FEW = 4

function clearMasked(kernel: Kernel, table: number, first: number, count: number): void {
  const { memory, mask, trace, arch } = kernel
  const { tables } = memory
  const level = kernel.pt.levels[kernel.pt.last]
  const { pte } = arch
  const single = mask.count <= FEW
  if (!single && trace.active) {
    trace.emitMask(KIND.ZAP_PTES, first, 0, table, 0, count, 0, 0, mask.words, (count + 31) >> 5)
  }
  for (let i = 0; i < count; i++) {
    const word = mask.words[i >> 5]
    if (word === 0) {
      i |= 31
      continue
    }
    if (((word >>> (i & 31)) & 1) === 0) continue
    const at = tables.at(table, first + i)
    const lo = tables.words[at]
    const hi = tables.words[at + 1]
    if (single) tables.set(table, first + i, level.noneLo, level.noneHi, 0)
    else tables.put(table, first + i, level.noneLo, level.noneHi)
    if (pte.isPresent(lo, hi)) putPage(kernel, lo, hi)
  }
}

/** page_remove_rmap and the delayed put_page. */
function putPage(kernel: Kernel, lo: number, hi: number): void {
  const { frames } = kernel.memory
  const { pte } = kernel.arch
  if (kernel.arch.hasPteSpecial && pte.isSpecial(lo, hi)) return
  const page = pte.pfn(lo, hi)
  if (page === kernel.memory.zeroFrame) return
  frames.mapcount[page]--
  const head = headOf(frames, page)
  if (--frames.refcount[head] === 0) kernel.gather.addPage(head)
}
