/** Minor faults: the first write to every page. */
import { RECORD_BYTES } from '../../trace/schema.ts'
import { both } from './contender.ts'
import { affordablePages, HUGE, machine, PAGE, type PageSize } from './machine.ts'
import { Native, NO_COMPILER, NO_HUGE_PAGES } from './native.ts'
import type { Measure, Suite } from './suite.ts'
import { interleaved } from './timing.ts'

const ROUNDS = 11
const SMALL_PAGES = 300_000
const HUGE_PAGES = 1000

export const faults: Suite = {
  name: 'faults',
  summary: 'first write to anonymous pages, the whole path: VMA, tables, accounting, rss, TLB',

  async run(progress) {
    const native = Native.start()
    try {
      return [
        ...(await measured(native, 'small', affordablePages(SMALL_PAGES), progress)),
        ...(await measured(native, 'huge', Math.floor(affordablePages(HUGE_PAGES * HUGE) / HUGE), progress)),
        ...traceSize(),
      ]
    } finally {
      native?.stop()
    }
  },
}

async function measured(
  native: Native | null,
  size: PageSize,
  count: number,
  progress: (text: string) => void,
): Promise<Measure[]> {
  const say = (text: string) => progress(`${size} pages, ${text}`)
  const contenders = both('touch', size, count)
  try {
    if (native === null || !native.has(size)) {
      const taken = await interleaved(ROUNDS, contenders.rounds, say)
      return simulated(taken, size, count, native === null ? NO_COMPILER : NO_HUGE_PAGES)
    }
    const real = () => native.touch(count, size)
    const taken = await interleaved(ROUNDS, { real, ...contenders.rounds }, say)
    return [
      rate('native', size, count, taken.real, 'C on this machine'),
      ...simulated(taken, size, count, ''),
      ratio(`${size} pages, full trace against native`, taken.real / taken.full, 5),
      ratio(`${size} pages, trace off against native`, taken.real / taken.off, 10),
    ]
  } finally {
    contenders.stop()
  }
}

function simulated(
  taken: { full: number; off: number },
  size: PageSize,
  count: number,
  note: string,
): Measure[] {
  return [
    rate('simulated, full trace', size, count, taken.full, note),
    rate('simulated, trace off', size, count, taken.off, ''),
    {
      name: `${size} pages, cost of the trace`,
      value: taken.full / taken.off,
      unit: 'times',
      target: { most: 2 },
    },
  ]
}

function rate(who: string, size: PageSize, count: number, taken: number, note: string): Measure {
  return { name: `${size} pages, ${who}`, value: count / taken / 1e6, unit: 'M/s', note }
}

function ratio(name: string, value: number, least: number): Measure {
  return { name, value, unit: 'times', target: { least } }
}

function traceSize(): Measure[] {
  const { lab, task } = machine('full')
  task.write(task.mmap({ length: 10_000 * PAGE }), { count: 10_000 })
  const events = lab.context.machine.events / 10_000
  return [
    { name: 'events per fault', value: events, unit: 'events' },
    { name: 'bytes per event', value: RECORD_BYTES, unit: 'bytes', target: { most: 32 } },
  ]
}
