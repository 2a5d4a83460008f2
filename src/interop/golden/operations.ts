/**
 * One recorded operation on the simulated machine. What the lab does not model is said, not guessed.
 */
import type { CallResult, MmapRequest, MremapRequest, ReplayMachine, TouchResult } from '../../lab/replay/machine.ts'
import { fileOperation } from './fileOperations.ts'
import { deliverSignal, settle } from './harness.ts'
import type { Operation } from './schema.ts'
import { pageOf, pageOfArgument, type Target } from './target.ts'

export interface Outcome {
  /** Why the operation could not be carried out; empty when it was. */
  notModelled: string
  /** An address for mmap, else the count or 0. */
  result: CallResult | 'pid' | null
  touch: TouchResult | null
}

type Performer = (machine: ReplayMachine, target: Target, op: Operation) => Outcome

const PERFORMERS: Record<string, Performer> = {
  sysfs: (machine, _target, op) => sysfs(machine, op),
  mmap: (machine, _target, op) => {
    const flags = new Set(text(op, 'flags').split('|'))
    return called(machine.mmap(op.proc, mmapRequest(machine, op, flags)))
  },
  munmap: (machine, _target, op) => ranged(machine, op, (from, to) => machine.munmap(op.proc, from, to)),
  mprotect: (machine, _target, op) =>
    ranged(machine, op, (from, to) => machine.mprotect(op.proc, from, to, protBits(text(op, 'prot')))),
  madvise: (machine, _target, op) => {
    const advice = text(op, 'advice')
    const name = advice.replace(/^MADV_/, '')
    if (!machine.models(name)) return skipped(`madvise ${advice}`)
    return ranged(machine, op, (from, to) => machine.madvise(op.proc, from, to, name))
  },
  mremap: (machine, _target, op) => called(machine.mremap(op.proc, mremapRequest(machine, op))),
  mlock: (machine, _target, op) => ranged(machine, op, (from, to) => machine.mlock(op.proc, from, to)),
  munlock: (machine, _target, op) => ranged(machine, op, (from, to) => machine.munlock(op.proc, from, to)),
  clear_refs: (machine, _target, op) => called(machine.clearRefs(op.proc, num(op, 'value'))),
  touch: (machine, target, op) => {
    const page = pageOf(text(op, 'addr'), machine.arch.pageSize)
    const touch = machine.touch(op.proc, page, num(op, 'count'), num(op, 'stride'), num(op, 'write'))
    if (touch.signal !== null) deliverSignal(machine, target, op.proc)
    return { notModelled: '', result: touch.done, touch }
  },
  fork: (machine, target, op) => {
    const child = num(op, 'child')
    const made = machine.fork(op.proc, child)
    if (typeof made === 'string') return called(made)
    settle(machine, target, op.proc)
    settle(machine, target, child)
    return { notModelled: '', result: 'pid', touch: null }
  },
  exit: (machine, _target, op) => {
    machine.exit(op.proc)
    return { notModelled: '', result: null, touch: null }
  },
}

export function perform(machine: ReplayMachine, target: Target, op: Operation): Outcome {
  const onFile = fileOperation(machine, op)
  if (onFile !== null) return called(onFile)
  const performer = PERFORMERS[op.op]
  return performer === undefined ? skipped(op.op) : performer(machine, target, op)
}

function skipped(notModelled: string): Outcome {
  return { notModelled, result: null, touch: null }
}

function called(result: CallResult): Outcome {
  return { notModelled: '', result, touch: null }
}

function ranged(
  machine: ReplayMachine,
  op: Operation,
  call: (from: number, to: number) => CallResult,
): Outcome {
  const { pageSize } = machine.arch
  const from = pageOf(text(op, 'addr'), pageSize)
  return called(call(from, from + Math.ceil(num(op, 'len') / pageSize)))
}

/** Sizes of transparent huge pages below a pmd; nothing else of sysfs is modelled. */
const ANON_FOLIO = /^\/sys\/kernel\/mm\/transparent_hugepage\/hugepages-(\d+)kB\/enabled$/

function sysfs(machine: ReplayMachine, op: Operation): Outcome {
  const size = ANON_FOLIO.exec(text(op, 'path'))?.[1]
  const mode = MODES.find((name) => name === text(op, 'value'))
  if (size === undefined || mode === undefined) return skipped(`sysfs ${text(op, 'path')}`)
  return called(machine.anonFolios((Number(size) * 1024) / machine.arch.pageSize, mode))
}

const MODES = ['always', 'madvise', 'never', 'inherit'] as const

function mmapRequest(machine: ReplayMachine, op: Operation, flags: ReadonlySet<string>): MmapRequest {
  const { pageSize } = machine.arch
  return {
    page: pageOfArgument(text(op, 'addr'), machine.arch),
    pages: Math.ceil(num(op, 'len') / pageSize),
    prot: protBits(text(op, 'prot')),
    shared: flags.has('SHARED'),
    fixed: flags.has('FIXED') || flags.has('FIXED_NOREPLACE'),
    noReplace: flags.has('FIXED_NOREPLACE'),
    populate: flags.has('POPULATE'),
    noreserve: flags.has('NORESERVE'),
    growsdown: flags.has('GROWSDOWN'),
    hugetlb: flags.has('HUGETLB'),
    file: num(op, 'fd') >= 0 ? machine.opened.at(num(op, 'fd')) : null,
    pgoff: num(op, 'off') / pageSize,
  }
}

function mremapRequest(machine: ReplayMachine, op: Operation): MremapRequest {
  const { pageSize } = machine.arch
  const flags = new Set(text(op, 'flags').split('|'))
  return {
    page: pageOf(text(op, 'addr'), pageSize),
    oldPages: Math.ceil(num(op, 'oldLen') / pageSize),
    newPages: Math.ceil(num(op, 'newLen') / pageSize),
    mayMove: flags.has('MAYMOVE'),
    fixed: flags.has('MFIXED'),
    dontUnmap: flags.has('DONTUNMAP'),
    newPage: pageOf(text(op, 'newAddr'), pageSize),
  }
}

const PROT: Record<string, number> = { NONE: 0, R: 1, W: 2, X: 4 }

function protBits(prot: string): number {
  return prot.split('|').reduce((bits, letter) => bits | (PROT[letter] ?? 0), 0)
}

function text(op: Operation, name: string): string {
  return String(op.args[name] ?? '')
}

function num(op: Operation, name: string): number {
  return Number(op.args[name] ?? 0)
}
