/**
 * Steps that move, lock or age mappings, or share and replace address spaces, and what they mean for the model.
 */
import type { Machine, MremapArgs, Process } from '../api.ts'
import { ModelProcess } from './model.ts'

export interface Place {
  real: Process
  model: ModelProcess
  page: number
  count: number
  pageSize: bigint
}

/** What a call ended with: '' or an errno. */
export type Outcome = (call: () => unknown) => string

/** Where mremap goes and how: `style` picks, `target` is the first page of the new place. */
export interface Move {
  style: number
  target: number
  /** Pages of the arena: new places may not reach past it. */
  end: number
  /** An allocation is going to fail. */
  mayFail?: boolean
}

/** mremap of a part of one VMA, most often a mapped one. What it ended with, and what it should have; the model is changed likewise. */
export function remap(asked: Place, move: Move, outcome: Outcome): { got: string; expected: string } {
  const { real, model, pageSize } = asked
  const vma = real.vmas.find(
    ({ start, end }) => start / pageSize >= asked.page || end / pageSize > asked.page,
  )
  if (vma === undefined || (move.style === 1 && vma.start / pageSize > asked.page)) {
    const mapped = model.pages.has(asked.page)
    return { got: call(asked, asked.count, asked.count, {}, outcome), expected: mapped ? '' : 'EFAULT' }
  }
  const at = { ...asked, page: Math.max(asked.page, Number(vma.start / pageSize)) }
  const { page } = at
  const old = Math.min(at.count, Number(vma.end / pageSize) - page)
  const isShared = model.pages.get(page)!.shared
  const style = move.style % 4
  // Memory past the end of a shared file cannot be touched, which the model does not know.
  const size = style === 3 || isShared ? old : resized(old, move.style)
  if (style === 0) return inPlace(at, old, size, outcome)
  const target = Math.min(move.target, move.end - size)
  const fixed = BigInt(target) * pageSize
  const got = call(at, old, size, { mayMove: true, fixed, dontUnmap: style === 3 }, outcome)
  if (page + old > target && target + size > page) return { got, expected: 'EINVAL' }
  if (move.mayFail && got === 'ENOMEM') {
    // The new place was cleared and what shrinking cuts off is gone; the rest came back.
    model.unmap(target, size)
    if (old > size) model.unmap(page + size, old - size)
    return { got, expected: 'ENOMEM' }
  }
  model.move(page, old, target, size, style === 3)
  return { got, expected: '' }
}

function inPlace(at: Place, old: number, size: number, outcome: Outcome): { got: string; expected: string } {
  const { model, page } = at
  const got = call(at, old, size, {}, outcome)
  if (size <= old) {
    model.unmap(page + size, old - size)
    return { got, expected: '' }
  }
  for (let i = old; i < size; i++) if (model.pages.has(page + i)) return { got, expected: 'ENOMEM' }
  model.grow(page, old, size)
  return { got, expected: '' }
}

function resized(old: number, style: number): number {
  if (style % 3 === 0) return old
  return style % 3 === 1 ? Math.max(1, old >> 1) : old + 3
}

function call(
  { real, page, pageSize }: Place,
  old: number,
  size: number,
  args: MremapArgs,
  outcome: Outcome,
): string {
  const bytes = Number(pageSize)
  return outcome(() => real.mremap(BigInt(page) * pageSize, old * bytes, size * bytes, args))
}

/** Locks and unlocks: everything readable is then there, and contents stay. */
export function lockAndUnlock({ real, model, page, count, pageSize }: Place, outcome: Outcome): string {
  const addr = BigInt(page) * pageSize
  const length = count * Number(pageSize)
  let whole = true
  const mapped = model.each(page, count, (entry) => (whole &&= entry.prot !== 'none'))
  const got = outcome(() => real.mlock(addr, length))
  outcome(() => real.munlock(addr, length))
  if (real.mm.locked_vm !== 0) return `locked_vm is ${real.mm.locked_vm} after munlock`
  const expected = mapped && whole ? '' : 'ENOMEM'
  return got === expected ? '' : `mlock ends with '${got}', not '${expected}'`
}

/** MADV_FREE, MADV_COLD and clear_refs change no contents. */
export function age({ real, page, count, pageSize }: Place, way: number, outcome: Outcome): void {
  const addr = BigInt(page) * pageSize
  const length = count * Number(pageSize)
  if (way % 4 === 0) outcome(() => real.madvise(addr, length, 'COLD'))
  else if (way % 4 === 1) real.clearRefs(1)
  else if (way % 4 === 2) real.clearRefs(4)
  else outcome(() => real.madvise(addr, length, 'FREE'))
}

/** A process in the same address space, or one whose address space is new. */
export function share(
  machine: Machine,
  real: Process,
  model: ModelProcess,
  way: number,
): { real: Process; model: ModelProcess } {
  if (way % 2 === 0) return { real: real.clone({ vm: true }), model }
  const child = real.vfork()
  machine.cpu(0).run(child, () => child.execve())
  return { real: child, model: new ModelProcess() }
}
