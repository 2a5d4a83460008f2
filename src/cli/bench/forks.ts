/** fork of a large process, and the child's exit. */
import type { TraceLevel } from '../../trace/recorder.ts'
import { affordablePages, machine, PAGE } from './machine.ts'
import { Native, NO_COMPILER } from './native.ts'
import type { Measure, Suite } from './suite.ts'
import { interleaved, seconds } from './timing.ts'

const PAGES = 1_000_000
const ROUNDS = 5

export const forks: Suite = {
  name: 'fork',
  summary: 'fork of a process with a million touched pages, and the exit of the child',

  async run(progress) {
    const pages = affordablePages(PAGES)
    const native = Native.start()
    const full = forker('full', pages)
    const off = forker('off', pages)
    try {
      if (native === null)
        return simulated(await interleaved(ROUNDS, { full, off }, progress), pages, NO_COMPILER)
      await native.hold(pages)
      const taken = await interleaved(ROUNDS, { real: () => native.fork(), full, off }, progress)
      return [
        { name: 'native', value: 1000 * taken.real, unit: 'ms', note: `C on this machine, ${pages} pages` },
        ...simulated(taken, pages, ''),
        ratio('full trace against native', taken.real / taken.full),
        ratio('trace off against native', taken.real / taken.off),
      ]
    } finally {
      native?.stop()
    }
  },
}

function forker(level: TraceLevel, pages: number): () => number {
  const { task } = machine(level)
  task.write(task.mmap({ length: pages * PAGE }), { count: pages })
  return () => seconds(() => task.fork().exit())
}

function simulated(taken: { full: number; off: number }, pages: number, note: string): Measure[] {
  return [
    {
      name: 'simulated, full trace',
      value: 1000 * taken.full,
      unit: 'ms',
      note: note || `${((1e9 * taken.full) / pages).toFixed(0)} ns per page`,
    },
    { name: 'simulated, trace off', value: 1000 * taken.off, unit: 'ms' },
    { name: 'cost of the trace', value: taken.full / taken.off, unit: 'times', target: { most: 2 } },
  ]
}

function ratio(name: string, value: number): Measure {
  return { name, value, unit: 'times', target: { least: 2 } }
}
