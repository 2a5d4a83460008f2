/** Minor faults: mmap and the first write to every page. */
import { affordablePages, machine, PAGE } from './machine.ts'
import { Native, NO_COMPILER } from './native.ts'
import type { Measure, Suite } from './suite.ts'
import { interleaved, seconds } from './timing.ts'
import type { TraceLevel } from '../../trace/recorder.ts'
import { RECORD_BYTES } from '../../trace/schema.ts'

const PAGES = 300_000
const ROUNDS = 5

export const faults: Suite = {
  name: 'faults',
  summary: 'first write to anonymous pages, the whole path: VMA, tables, accounting, rss, TLB',

  async run(progress) {
    const pages = affordablePages(PAGES)
    const native = Native.start()
    const full = () => touch('full', pages)
    const off = () => touch('off', pages)
    try {
      if (native === null)
        return simulated(await interleaved(ROUNDS, { full, off }, progress), pages, NO_COMPILER)
      const real = () => native.touch(pages)
      const taken = await interleaved(ROUNDS, { real, full, off }, progress)
      return [
        {
          name: 'native',
          value: pages / taken.real / 1e6,
          unit: 'M/s',
          note: 'C on this machine, 4 KiB pages',
        },
        ...simulated(taken, pages, ''),
        ...ratios(taken),
      ]
    } finally {
      native?.stop()
    }
  },
}

function touch(level: TraceLevel, pages: number): number {
  const { task } = machine(level)
  return seconds(() => task.write(task.mmap({ length: pages * PAGE }), { count: pages }))
}

function simulated(taken: { full: number; off: number }, pages: number, note: string): Measure[] {
  const { lab, task } = machine('full')
  task.write(task.mmap({ length: 10_000 * PAGE }), { count: 10_000 })
  const events = lab.context.machine.events / 10_000
  return [
    { name: 'simulated, full trace', value: pages / taken.full / 1e6, unit: 'M/s', note },
    { name: 'simulated, trace off', value: pages / taken.off / 1e6, unit: 'M/s' },
    { name: 'cost of the trace', value: taken.full / taken.off, unit: 'times', target: { most: 2 } },
    { name: 'events per fault', value: events, unit: 'events' },
    { name: 'bytes per event', value: RECORD_BYTES, unit: 'bytes', target: { most: 32 } },
  ]
}

function ratios(taken: { real: number; full: number; off: number }): Measure[] {
  return [
    {
      name: 'full trace against native',
      value: taken.real / taken.full,
      unit: 'times',
      target: { least: 5 },
    },
    { name: 'trace off against native', value: taken.real / taken.off, unit: 'times', target: { least: 10 } },
  ]
}
