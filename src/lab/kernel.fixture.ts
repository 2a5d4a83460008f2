/** A kernel for tests of flushes: its machine, and its events as rows of words. */
import { buildKernel, plan } from './build.ts'
import { Calls } from './calls.ts'
import type { Machine, MachineSpec, Process } from './api.ts'
import { LabMachine } from './machine.ts'
import { Recorder } from '../trace/recorder.ts'
import { KIND, WORDS, type KindName } from '../trace/schema.ts'
import { flushScope, flushTag } from '../trace/tags.ts'
import type { Kernel } from '../mm/kernel.ts'
import type { Process as KernelProcess } from '../mm/process.ts'

export interface Event {
  kind: KindName
  cpu: number
  index: number
  flags: number
  a: number
  b: number
  c: number
  d: number
  e: number
}

export interface Bench {
  machine: Machine
  kernel: Kernel
  /** Events since the last call. */
  events(...kinds: KindName[]): Event[]
  kernelProcess(process: Process): KernelProcess
}

const NAMES = new Map(Object.entries(KIND).map(([name, kind]) => [kind as number, name as KindName]))

export function bench(spec: MachineSpec = {}): Bench {
  let found: Event[] = []
  const trace = new Recorder('full', ({ words, records }) => {
    for (let k = 0; k < records; k++) found.push(event(words.subarray(k * WORDS, (k + 1) * WORDS)))
  })
  const planned = plan(spec)
  const kernel = buildKernel(planned, trace)
  const calls = new Calls(trace, () => ({ file: '', line: 0, column: 0 }))
  return {
    machine: new LabMachine(kernel, planned, calls),
    kernel,
    events: (...kinds) => {
      trace.flush()
      const seen = found
      found = []
      return kinds.length === 0 ? seen : seen.filter(({ kind }) => kinds.includes(kind))
    },
    kernelProcess: (process) => kernel.processes.find(({ pid }) => pid === process.pid)!,
  }
}

function event(w: Uint32Array): Event {
  const [w0, w1] = w
  return {
    kind: NAMES.get(w0 & 0xff)!,
    cpu: (w0 >>> 8) & 0xff,
    index: w0 >>> 16,
    flags: w1 >>> 24,
    a: w[3],
    b: w[4],
    c: w[5],
    d: w[6],
    e: w[7],
  }
}

/** 'all', 'tag' or pages of each TLB_FLUSH, with the CPU it happened on. */
export function flushes(events: Event[]): string[] {
  return events
    .filter(({ kind }) => kind === 'TLB_FLUSH')
    .map(({ cpu, index, flags, d }) => {
      const w0 = index << 16
      const w1 = flags << 24
      const scope = flushScope(w1)
      const every = flushTag(w0, w1) === 0x3fffff
      return `${cpu}: ${scope === 0 || every ? 'everything' : scope === 1 ? 'mm' : `${d} pages`}`
    })
}
