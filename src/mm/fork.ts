/**
 * fork: dup_mmap and copy_page_range (kernel/fork.c, mm/memory.c, 6.12; DIGEST G.4).
 */
import { headOf } from '../hw/folio.ts'
import { FRAME_EXCLUSIVE } from '../hw/frames.ts'
import { indexOf } from '../hw/walker.ts'
import { MM } from '../pgtable/fields.ts'
import { span } from '../pgtable/freeRange.ts'
import { COPY_CLEAN, COPY_WRPROTECT, KIND, PAGE, VM } from '../trace/schema.ts'
import { copyHugePmd } from './hugeRange.ts'
import { copyHugetlb } from './hugetlb.ts'
import { isHuge } from './hugeSplit.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'
import type { Vma } from './vma.ts'

/** copy_page_range: the tables and entries of one VMA. False when memory is out. */
export function copyPageRange(kernel: Kernel, from: MmStruct, to: MmStruct, source: Vma): boolean {
  if (!needsCopy(source)) return true
  return copyTable(kernel, from.pgd, from.top, to, to.pgd, source, source.start, source.end)
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
  const size = span(pt, depth)
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
  const { memory, mask, trace, arch } = kernel
  const { tables, frames } = memory
  const { pte } = arch
  const level = kernel.pt.levels[kernel.pt.last]
  const first = low(from) & (level.entries - 1)
  const count = to - from
  const cow = isCow(vma)
  const shared = (vma.flags & VM.SHARED) !== 0
  let anon = 0
  let file = 0
  let shmem = 0
  mask.begin(first, count)
  for (let i = 0; i < count; i++) {
    const index = first + i
    if (tables.untouched(source, index)) {
      i += 31 - (index & 31)
      continue
    }
    const at = tables.at(source, index)
    let lo = tables.words[at]
    let hi = tables.words[at + 1]
    if (!pte.isPresent(lo, hi)) continue
    mask.add(index)
    const page = arch.hasPteSpecial && pte.isSpecial(lo, hi) ? -1 : pte.pfn(lo, hi)
    if (page >= 0 && page !== memory.zeroFrame) {
      frames.mapcount[page]++
      frames.refcount[headOf(frames, page)]++
      if (frames.kind[page] === PAGE.anon) {
        frames.flags[page] &= ~FRAME_EXCLUSIVE
        anon++
      } else if (frames.kind[page] === PAGE.shmem) shmem++
      else file++
    }
    if (cow && pte.isWrite(lo, hi)) {
      lo = pte.wrprotect(lo, hi)
      hi = pte.hi
      tables.words[at] = lo
      tables.words[at + 1] = hi
    }
    if (shared) {
      lo = pte.mkclean(lo, hi)
      hi = pte.hi
    }
    lo = pte.mkold(lo, hi)
    tables.put(target, index, lo, pte.hi)
  }
  if (mask.count === 0) return
  if (trace.active) {
    const flags = (cow ? COPY_WRPROTECT : 0) | (shared ? COPY_CLEAN : 0)
    trace.emitMask(KIND.COPY_PTES, first, flags, target, source, count, 0, 0, mask.words, (count + 31) >> 5)
  }
  if (anon) mm.add(MM.rss_anon, anon)
  if (file) mm.add(MM.rss_file, file)
  if (shmem) mm.add(MM.rss_shmem, shmem)
}
