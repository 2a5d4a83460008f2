/**
 * move_page_tables (mm/mremap.c, 6.12; DIGEST G.6): whole tables where both ends allow it, else entry by entry.
 */
import { indexOf } from '../hw/walker.ts'
import { allocTo } from '../pgtable/allocTo.ts'
import { VM } from '../trace/schema.ts'
import { isHuge, splitHugePmd } from './hugeSplit.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { realignBy } from './moveAlign.ts'
import { moveHugetlbTables } from './moveHugetlb.ts'
import { moveHugePmd } from './moveHuge.ts'
import { movePtes } from './movePtes.ts'
import { high, low } from './pages.ts'
import type { Vma } from './vma.ts'

/** One end of a move at one level: the table that holds the entry, and its index. */
interface Place {
  holder: number
  index: number
}

/**
 * Moves what pages [from, from + pages) of `oldVma` map to page `to` on in `newVma`. Returns how many pages were dealt with:
 * fewer than asked when memory for a table ran out.
 */
export function movePageTables(
  kernel: Kernel,
  mm: MmStruct,
  oldVma: Vma,
  newVma: Vma,
  from: number,
  to: number,
  pages: number,
): number {
  if (pages === 0) return 0
  if (oldVma.flags & VM.HUGETLB) return moveHugetlbTables(kernel, mm, from, to, pages)
  const { pt, behaviour } = kernel
  const pmdPages = pt.levels[pt.last - 1].pages
  const below = behaviour.mremapRealign ? realignBy(mm, oldVma, newVma, from, to, pages, pmdPages) : 0
  const end = from + pages
  for (let at = from - below, target = to - below; at < end;) {
    const done = moveStep(kernel, mm, oldVma, at, target, end)
    if (done === 0) return Math.max(0, at - from)
    at += done
    target += done
  }
  return pages
}

/** Deals with the largest part that begins at `from`; returns its pages, 0 when memory is out. */
function moveStep(kernel: Kernel, mm: MmStruct, vma: Vma, from: number, to: number, end: number): number {
  const { pt } = kernel
  const pudDepth = pt.last - 2
  if (pudDepth >= mm.top) {
    const extent = extentOf(pt.levels[pudDepth].pages, from, to, end)
    const outcome = movePud(kernel, mm, vma, pudDepth, from, to, extent)
    if (outcome !== GO_DOWN) return outcome
  }
  return moveInPmd(kernel, mm, vma, from, to, extentOf(pt.levels[pt.last - 1].pages, from, to, end))
}

const GO_DOWN = -1

/** The pud entry: nothing below it, moved whole, or to be looked into. */
function movePud(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  depth: number,
  from: number,
  to: number,
  extent: number,
): number {
  const { pt, arch } = kernel
  const old = existing(kernel, mm, depth, from)
  if (old === null || pt.child(old.holder, old.index) === 0) return extent
  const target = placed(kernel, mm, depth, to)
  if (target === null) return 0
  const whole =
    extent === pt.levels[depth].pages && arch.variant.haveMovePud === true && vma.userfault === null
  return whole && moveEntry(kernel, mm, 'pud', old, target, from, extent) ? extent : GO_DOWN
}

function moveInPmd(kernel: Kernel, mm: MmStruct, vma: Vma, from: number, to: number, extent: number): number {
  const { pt, arch } = kernel
  const depth = pt.last - 1
  const size = pt.levels[depth].pages
  const old = existing(kernel, mm, depth, from)
  if (old === null || isNone(kernel, old)) return extent
  const target = placed(kernel, mm, depth, to)
  if (target === null) return 0
  if (isHuge(kernel, old.holder, old.index)) {
    if (extent === size && moveHugePmd(kernel, mm, vma, old, target, from)) return extent
    splitHugePmd(kernel, mm, vma, old.holder, old.index, from)
    if (pt.child(old.holder, old.index) === 0) return extent
  } else if (extent === size && arch.variant.haveMovePmd === true && vma.userfault === null) {
    if (moveEntry(kernel, mm, 'pmd', old, target, from, extent)) return extent
  }
  const newTable = pt.pteAlloc(mm, target.holder, target.index)
  if (newTable === 0) return 0
  movePtes(kernel, mm, pt.child(old.holder, old.index), newTable, from, to, extent)
  return extent
}

/** move_normal_pmd, move_normal_pud: the table below the old entry hangs off the new one. False: entry by entry. */
function moveEntry(
  kernel: Kernel,
  mm: MmStruct,
  level: 'pmd' | 'pud',
  old: Place,
  target: Place,
  from: number,
  pages: number,
): boolean {
  const { pt } = kernel
  if (!isNone(kernel, target)) {
    warnOnce(kernel, level)
    return false
  }
  const table = pt.child(old.holder, old.index)
  const { noneLo, noneHi } = pt.levels[kernel.memory.tables.depth[old.holder]]
  kernel.memory.tables.set(old.holder, old.index, noneLo, noneHi, 0)
  pt.hook(target.holder, target.index, table)
  kernel.flush.range(mm, from, from + pages, 0, true)
  return true
}

/** The stack of execve is the known offender; PAE, whose user pmd tables all exist, is another. */
function warnOnce(kernel: Kernel, level: string): void {
  const text = `WARNING: at mm/mremap.c move_normal_${level}: the new entry is not none`
  if (!kernel.dmesg.includes(text)) kernel.printk(4, text)
}

/** get_extent(): up to the end of the range and of both entries. */
function extentOf(size: number, from: number, to: number, end: number): number {
  return Math.min(size - (from % size), size - (to % size), end - from)
}

function existing(kernel: Kernel, mm: MmStruct, depth: number, page: number): Place | null {
  const { pt } = kernel
  const holder = pt.tableFor(mm, depth, low(page), high(page))
  return holder === 0 ? null : { holder, index: indexOf(pt.levels[depth], low(page), high(page)) }
}

/** alloc_new_pud, alloc_new_pmd */
function placed(kernel: Kernel, mm: MmStruct, depth: number, page: number): Place | null {
  const { pt } = kernel
  const holder = allocTo(pt, mm, depth, low(page), high(page))
  return holder === 0 ? null : { holder, index: indexOf(pt.levels[depth], low(page), high(page)) }
}

function isNone(kernel: Kernel, { holder, index }: Place): boolean {
  const { tables } = kernel.memory
  const at = tables.at(holder, index)
  return kernel.pt.levels[tables.depth[holder]].table!.isNone(tables.words[at], tables.words[at + 1])
}
