/**
 * split_folio (mm/huge_memory.c, 6.12): a folio becomes single pages, each with the references that were taken for it.
 */
import { headOf } from '../hw/folio.ts'
import { FRAME_DEFERRED, FRAME_EXCLUSIVE, FRAME_HEAD, FRAME_TAIL } from '../hw/frames.ts'
import { MACHINE } from '../pgtable/fields.ts'
import { KIND, PAGE } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'

/**
 * Splits the folio of `page`. False where a huge entry maps it or somebody holds a reference beyond those of the entries and,
 * for pages of a file, of its page cache. Pages of an anonymous folio that nobody maps are freed.
 */
export function splitFolio(kernel: Kernel, page: number): boolean {
  const { memory, trace } = kernel
  const { frames } = memory
  const head = headOf(frames, page)
  if ((frames.flags[head] & FRAME_HEAD) === 0) return true
  const order = frames.order[head]
  const pages = 2 ** order
  const cached = frames.kind[head] === PAGE.anon ? 0 : 1
  let held = 0
  for (let at = head; at < head + pages; at++) held += frames.mapcount[at] + cached
  if (frames.entireMapcount[head] > 0 || frames.refcount[head] !== held) return false
  if (trace.active) trace.emit(KIND.MM_PAGE_FREE, order, 0, head, 1, 0, 0, 0)
  const kept = frames.flags[head] & ~(FRAME_HEAD | FRAME_TAIL | FRAME_EXCLUSIVE | FRAME_DEFERRED)
  const owner = frames.owner[head]
  const index = frames.index[head]
  for (let i = 0; i < pages; i++) {
    const at = head + i
    frames.flags[at] = kept | (frames.flags[at] & FRAME_EXCLUSIVE)
    frames.refcount[at] = frames.mapcount[at] + cached
    frames.owner[at] = owner
    frames.index[at] = index + i
  }
  if (trace.active) trace.emit(KIND.PAGE_STATE, kept, frames.kind[head], head, pages, 0, 0, 0)
  for (let at = head; at < head + pages; at++) frames.changed?.push(at)
  if (order === kernel.arch.hpageOrder) kernel.vmstat.add(MACHINE.thp_split_page, 1)
  for (let at = head; at < head + pages; at++) if (frames.refcount[at] === 0) memory.freePages(at, 0)
  return true
}
