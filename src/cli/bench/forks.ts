/** fork of a large process, and the child's exit. */
import { both, FORKS } from './contender.ts'
import { affordablePages, HUGE, type PageSize } from './machine.ts'
import { Native, NO_COMPILER, NO_HUGE_PAGES } from './native.ts'
import type { Measure, Suite } from './suite.ts'
import { interleaved } from './timing.ts'

const ROUNDS = 15
const SMALL_PAGES = 1_000_000

export const forks: Suite = {
  name: 'fork',
  summary:
    'fork of a process with a million touched pages, small ones and in huge ones, and the exit of the child',

  async run(progress) {
    const pages = affordablePages(SMALL_PAGES)
    return [
      ...(await measured('small', pages, progress)),
      ...(await measured('huge', Math.floor(pages / HUGE), progress)),
    ]
  },
}

async function measured(size: PageSize, count: number, progress: (text: string) => void): Promise<Measure[]> {
  const native = Native.start()
  const say = (text: string) => progress(`${size} pages, ${text}`)
  const contenders = both('fork', size, count)
  try {
    if (native === null || !native.has(size)) {
      const taken = await interleaved(ROUNDS, contenders.rounds, say)
      return simulated(taken, size, count, native === null ? NO_COMPILER : NO_HUGE_PAGES)
    }
    await native.hold(count, size)
    const taken = await interleaved(
      ROUNDS,
      { real: () => native.fork(FORKS[size]), ...contenders.rounds },
      say,
    )
    return [
      time('native', size, taken.real, `C on this machine, ${count} pages`),
      ...simulated(taken, size, count, ''),
      ratio(`${size} pages, full trace against native`, taken.real / taken.full),
      ratio(`${size} pages, trace off against native`, taken.real / taken.off),
    ]
  } finally {
    contenders.stop()
    native?.stop()
  }
}

function simulated(
  taken: { full: number; off: number },
  size: PageSize,
  count: number,
  note: string,
): Measure[] {
  return [
    time(
      'simulated, full trace',
      size,
      taken.full,
      note || `${((1e9 * taken.full) / count).toFixed(0)} ns per page`,
    ),
    time('simulated, trace off', size, taken.off, ''),
  ]
}

function time(who: string, size: PageSize, taken: number, note: string): Measure {
  return { name: `${size} pages, ${who}`, value: 1000 * taken, unit: 'ms', note }
}

function ratio(name: string, value: number): Measure {
  return { name, value, unit: 'times', target: { least: 2 } }
}
