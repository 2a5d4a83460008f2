/**
 * fork: dup_mmap and copy_page_range (kernel/fork.c, mm/memory.c, 6.12; DIGEST G.4).
 */
import { SW_PRESENT, SW_SPECIAL, SW_WRITE } from '../arch/arch.ts'
import { headOf } from '../hw/folio.ts'
import { FRAME_EXCLUSIVE, type Frames } from '../hw/frames.ts'
import { indexOf } from '../hw/walker.ts'
import { LOCK, POINT } from '../hw/yieldPoints.ts'
import { MM } from '../pgtable/fields.ts'
import { COPY_CLEAN, COPY_WRPROTECT, KIND, PAGE, VM } from '../trace/schema.ts'
import { copyHugePmd } from './hugeRange.ts'
import { copyHugetlb } from './hugetlbRange.ts'
import { isHuge } from './hugeSplit.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'
import { copyProtection } from './uffdWp.ts'
import type { Vma } from './vma.ts'

/** copy_page_range: the tables and entries of one VMA. False when memory is out. */
export function copyPageRange(kernel: Kernel, from: MmStruct, to: MmStruct, source: Vma): boolean {
  const child = source.userfault === null ? null : to.vmas.containing(source.start)
  const keepsWp = child !== null && (child.flags & VM.UFFD_WP) !== 0
  if (!keepsWp && !needsCopy(source)) return true
  if (!copyTable(kernel, from.pgd, from.top, to, to.pgd, source, source.start, source.end)) return false
  if (child !== null) copyProtection(kernel, from, to, child)
  return true
}

/** vma_needs_copy: everything else the child's own faults rebuild. */
function needsCopy(vma: Vma): boolean {
  return (vma.flags & (VM.PFNMAP | VM.MIXEDMAP)) !== 0 || vma.anonVma !== null
}

/** is_cow_mapping */
function isCow(vma: Vma): boolean {
  return (vma.flags & (VM.SHARED | VM.MAYWRITE)) === VM.MAYWRITE
}

/** A child table is made for every non-empty source entry before what is below it is looked at. */
function copyTable(
  kernel: Kernel,
  source: number,
  depth: number,
  mm: MmStruct,
  target: number,
  vma: Vma,
  from: number,
  to: number,
): boolean {
  const { pt, memory } = kernel
  if (depth === pt.last) {
    copyPteRange(kernel, source, mm, target, vma, from, to)
    return true
  }
  const level = pt.levels[depth]
  const size = level.pages
  for (let at = from; at < to;) {
    const index = indexOf(level, low(at), high(at))
    const start = Math.floor(at / size) * size
    if (memory.tables.untouched(source, index)) {
      at = start + (32 - (index & 31)) * size
      continue
    }
    const next = Math.min(start + size, to)
    if (isHugeAt(kernel, source, depth, index) && !copyHuge(kernel, source, index, mm, target, vma))
      return false
    const child = pt.child(source, index)
    if (child !== 0) {
      const copy = ensureChild(kernel, mm, target, index, depth + 1)
      if (copy === 0 || !copyTable(kernel, child, depth + 1, mm, copy, vma, at, next)) return false
    }
    at = next
  }
  return true
}

/** pmd_trans_huge */
function isHugeAt(kernel: Kernel, table: number, depth: number, index: number): boolean {
  return depth === kernel.pt.last - 1 && isHuge(kernel, table, index)
}

/** copy_huge_pmd: only memory that can hold anonymous pages; everything else faults again. */
function copyHuge(
  kernel: Kernel,
  source: number,
  index: number,
  mm: MmStruct,
  target: number,
  vma: Vma,
): boolean {
  if (vma.flags & VM.HUGETLB) {
    copyHugetlb(kernel, source, index, mm, target)
    return true
  }
  return vma.file !== null || copyHugePmd(kernel, source, index, mm, target)
}

function ensureChild(kernel: Kernel, mm: MmStruct, parent: number, index: number, depth: number): number {
  const { pt } = kernel
  const existing = pt.child(parent, index)
  if (existing !== 0) return existing
  kernel.points.reach(POINT.allocation)
  const table = pt.allocTable(mm, depth)
  if (table !== 0) pt.install(mm, parent, index, table)
  return table
}

function copyPteRange(
  kernel: Kernel,
  source: number,
  mm: MmStruct,
  target: number,
  vma: Vma,
  from: number,
  to: number,
): void {
  const { memory, mask, trace } = kernel
  const { tables } = memory
  const level = kernel.pt.levels[kernel.pt.last]
  const first = low(from) & (level.entries - 1)
  const count = to - from
  kernel.points.reach(POINT.lock, LOCK.pte)
  const cow = isCow(vma)
  const shared = (vma.flags & VM.SHARED) !== 0
  copied.fill(0)
  mask.begin(first, count)
  for (let index = first; index < first + count; index = (index | 31) + 1) {
    if (tables.untouched(source, index)) continue
    const end = Math.min(first + count, (index | 31) + 1)
    copyPtes(kernel, source, target, index, end, cow, shared)
  }
  if (mask.count === 0) return
  if (trace.active) {
    const flags = (cow ? COPY_WRPROTECT : 0) | (shared ? COPY_CLEAN : 0)
    trace.emitMask(KIND.COPY_PTES, first, flags, target, source, count, 0, 0, mask.words, (count + 31) >> 5)
  }
  if (copied[PAGE.anon]) mm.add(MM.rss_anon, copied[PAGE.anon])
  if (copied[PAGE.file]) mm.add(MM.rss_file, copied[PAGE.file])
  if (copied[PAGE.shmem]) mm.add(MM.rss_shmem, copied[PAGE.shmem])
}

/** Pages that the current table shares with the child, by PAGE kind of their rss counter. Scratch of one call. */
const copied = new Int32Array(256)

/** copy_present_pte for entries [index, end) of one block of 32. */
function copyPtes(
  kernel: Kernel,
  source: number,
  target: number,
  index: number,
  end: number,
  cow: boolean,
  shared: boolean,
): void {
  const { memory, mask, arch } = kernel
  const { tables } = memory
  const { pte } = arch
  const hasSpecial = arch.hasPteSpecial
  let { words } = tables
  let to = -1
  let present = 0
  let count = 0
  let from = tables.at(source, index)
  for (let i = 0; i < end - index; i++, from += 2) {
    let lo = words[from]
    let hi = words[from + 1]
    const bits = pte.sw(lo, hi)
    if ((bits & SW_PRESENT) === 0) continue
    present |= 1 << i
    count++
    const page = hasSpecial && bits & SW_SPECIAL ? -1 : pte.pfn(lo, hi)
    if (page >= 0 && page !== memory.zeroFrame) sharePage(memory.frames, page)
    if (cow && bits & SW_WRITE) {
      lo = pte.wrprotect(lo, hi)
      hi = pte.hi
      words[from] = lo
      words[from + 1] = hi
    }
    if (shared) {
      lo = pte.mkclean(lo, hi)
      hi = pte.hi
    }
    lo = pte.mkold(lo, hi)
    if (to < 0) {
      to = tables.own(target, index + i) - from
      words = tables.words
    }
    words[from + to] = lo
    words[from + to + 1] = pte.hi
  }
  mask.addBits(index, present, count)
}

/** The child maps the page too: folio_try_dup_anon_rmap_pte, and a page is no longer anybody's alone. */
function sharePage(frames: Frames, page: number): void {
  const kind = frames.kind[page]
  const flags = frames.flags[page]
  frames.mapcount[page]++
  frames.refcount[headOf(frames, page)]++
  if (kind === PAGE.anon) {
    frames.flags[page] = flags & ~FRAME_EXCLUSIVE
    copied[PAGE.anon]++
  } else copied[kind === PAGE.shmem ? kind : PAGE.file]++
}
