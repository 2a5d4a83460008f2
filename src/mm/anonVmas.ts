/**
 * Which anon_vma a VMA's pages belong to (mm/rmap.c and mm/vma.c, 6.12). It decides what fork copies and what may merge.
 */
import { VM } from '../trace/schema.ts'
import { AnonVma } from './vma.ts'
import type { Vma } from './vma.ts'
import type { VmaSet } from './vmaSet.ts'

const ACCESS = VM.READ | VM.WRITE | VM.EXEC

/** __anon_vma_prepare(): gives `vma` an anon_vma, a neighbour's where it can be shared. Nothing when it has one. */
export function prepareAnonVma(set: VmaSet, vma: Vma, newId: () => number): AnonVma {
  if (vma.anonVma !== null) return vma.anonVma
  const anon = findMergeableAnonVma(set, vma) ?? new AnonVma(newId(), null)
  link(vma, anon)
  activate(vma, anon)
  return anon
}

/** find_mergeable_anon_vma(): a neighbour that could merge after mprotect lends its anon_vma, the one above first. */
export function findMergeableAnonVma(set: VmaSet, vma: Vma): AnonVma | null {
  const next = set.next(vma)
  const above = next === null ? null : reusable(next, vma, next)
  if (above !== null) return above
  const prev = set.prev(vma)
  return prev === null ? null : reusable(prev, prev, vma)
}

/** reusable_anon_vma() */
function reusable(old: Vma, a: Vma, b: Vma): AnonVma | null {
  return compatible(a, b) && old.chain.length === 1 ? old.anonVma : null
}

/** anon_vma_compatible(): as can_vma_merge, but for protection, which mprotect may make equal. */
function compatible(a: Vma, b: Vma): boolean {
  return (
    a.end === b.start &&
    a.file === b.file &&
    ((a.flags ^ b.flags) & ~(ACCESS | VM.SOFTDIRTY)) === 0 &&
    b.pgoff === a.pgoff + (b.start - a.start)
  )
}

/**
 * anon_vma_clone(): `to` may hold the pages of every anon_vma in the chain of `from`. A `to` without anon_vma takes over one
 * that no VMA uses any more and that has at most one child, so that repeated forks don't grow the chain for ever.
 */
export function cloneAnonVmas(to: Vma, from: Vma): void {
  for (const anon of from.chain) {
    link(to, anon)
    if (to.anonVma === null && from.anonVma !== null && anon.numChildren < 2 && anon.numActiveVmas === 0)
      to.anonVma = anon
  }
  if (to.anonVma !== null) to.anonVma.numActiveVmas++
}

/** anon_vma_fork(): the child's VMA gets the parent's chain and an anon_vma of its own. Nothing when the parent has none. */
export function forkAnonVma(child: Vma, parent: Vma, newId: () => number): void {
  if (parent.anonVma === null) return
  cloneAnonVmas(child, parent)
  if (child.anonVma !== null) return
  const anon = new AnonVma(newId(), parent.anonVma)
  parent.anonVma.numChildren++
  link(child, anon)
  activate(child, anon)
}

/** unlink_anon_vmas(): before a VMA is freed. */
export function unlinkAnonVmas(vma: Vma): void {
  if (vma.anonVma !== null) vma.anonVma.numActiveVmas--
  for (const anon of vma.chain) {
    if (--anon.numVmas === 0) anon.parent.numChildren--
  }
  vma.chain = []
  vma.anonVma = null
}

/** dup_anon_vma(): `to` grows over pages of `from`. True when it took over the anon_vma. */
export function dupAnonVma(to: Vma, from: Vma): boolean {
  if (from.anonVma === null || to.anonVma !== null) return false
  to.anonVma = from.anonVma
  cloneAnonVmas(to, from)
  return true
}

function link(vma: Vma, anon: AnonVma): void {
  if (vma.chain.includes(anon)) return
  vma.chain = [...vma.chain, anon]
  anon.numVmas++
}

function activate(vma: Vma, anon: AnonVma): void {
  vma.anonVma = anon
  anon.numActiveVmas++
}
