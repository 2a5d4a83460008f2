/**
 * Runs of entries that one TLB entry may hold (arm64 contpte, arch/arm64/mm/contpte.c, 6.9): set_ptes folds aligned runs
 * of contiguous pages, and a change to part of a run unfolds it.
 */
import type { Kernel } from './kernel.ts'

/** contpte_set_ptes over a whole table whose entries map one folio in order. */
export function foldAll(kernel: Kernel, table: number): void {
  fold(kernel, table, 0, kernel.pt.levels[kernel.pt.last].entries)
}

/** contpte_set_ptes: entries [from, to) were just set for contiguous pages. Only whole runs fold. */
export function fold(kernel: Kernel, table: number, from: number, to: number): void {
  const run = kernel.arch.contEntries
  if (run === 0) return
  for (let first = Math.ceil(from / run) * run; first + run <= to; first += run)
    mark(kernel, table, first, run, true)
}

/** contpte_try_unfold at both ends of [from, to): runs that reach over them lose the bit, whole runs keep it. */
export function unfoldEdges(kernel: Kernel, table: number, from: number, to: number): void {
  const run = kernel.arch.contEntries
  if (run === 0) return
  if (from % run !== 0) unfold(kernel, table, from)
  if (to % run !== 0) unfold(kernel, table, to - 1)
}

/** Unfolds every run that [from, to) touches; returns where the whole ones among them begin, for refold. */
export function unfoldRange(kernel: Kernel, table: number, from: number, to: number): number[] {
  const run = kernel.arch.contEntries
  const whole: number[] = []
  if (run === 0) return whole
  const { tables } = kernel.memory
  for (let first = from - (from % run); first < to; first += run) {
    const at = tables.at(table, first)
    if (!kernel.arch.pte.isCont(tables.words[at], tables.words[at + 1])) continue
    mark(kernel, table, first, run, false)
    if (first >= from && first + run <= to) whole.push(first)
  }
  return whole
}

/** contpte_try_fold when the last entry of a run was set again. */
export function refold(kernel: Kernel, table: number, runs: readonly number[]): void {
  for (const first of runs) mark(kernel, table, first, kernel.arch.contEntries, true)
}

/** contpte_try_unfold: one entry of a run is about to change. Whether it was folded. */
export function unfold(kernel: Kernel, table: number, index: number): boolean {
  const run = kernel.arch.contEntries
  if (run === 0) return false
  const { tables } = kernel.memory
  const at = tables.at(table, index)
  if (!kernel.arch.pte.isCont(tables.words[at], tables.words[at + 1])) return false
  mark(kernel, table, index - (index % run), run, false)
  return true
}

function mark(kernel: Kernel, table: number, first: number, run: number, on: boolean): void {
  const { tables } = kernel.memory
  const { pte } = kernel.arch
  for (let index = first; index < first + run; index++) {
    const at = tables.at(table, index)
    const old = tables.words[at]
    const oldHi = tables.words[at + 1]
    const lo = on ? pte.mkcont(old, oldHi) : pte.mknoncont(old, oldHi)
    tables.set(table, index, lo, pte.hi, 0)
  }
}
