/** Simulated machines to measure. */
import { freemem } from 'node:os'
import type { Process } from '../../lab/api.ts'
import { createLab } from '../../lab/index.ts'
import type { Lab } from '../../lab/index.ts'
import type { TraceLevel } from '../../trace/recorder.ts'

export const PAGE = 4096
/** Small pages of a huge one. */
export const HUGE = 512

export type PageSize = 'small' | 'huge'

export function bytesOf(size: PageSize): number {
  return size === 'huge' ? HUGE * PAGE : PAGE
}
const GIB = 2 ** 30

/** An x86-64 machine and a process on it. Its trace is written and dropped: what readers do with it is measured apart. */
export function machine(traceLevel: TraceLevel): { lab: Lab; task: Process } {
  const lab = createLab({
    spec: { arch: 'x86_64', memory: 16 * GIB, config: { thp: 'madvise' } },
    scenario: 'bench',
    seed: 1,
    traceLevel,
    sink: () => true,
    locate: () => ({ file: 'bench', line: 1, column: 1 }),
  })
  return { lab, task: lab.context.machine.spawn('bench') }
}

/** `wanted` pages, or as many as fit into half of the free memory. */
export function affordablePages(wanted: number): number {
  return Math.min(wanted, Math.floor(freemem() / PAGE / 2))
}

/** Maps `count` pages of a size; returns where. */
export function mapPages(task: Process, size: PageSize, count: number): bigint {
  const length = count * bytesOf(size)
  const at = task.mmap({ length })
  if (size === 'huge') task.madvise(at, length, 'HUGEPAGE')
  return at
}
