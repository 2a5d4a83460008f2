/** Translations: what the TLB holds, and walks through all levels. */
import { Translations } from '../../lab/translations.ts'
import type { Suite } from './suite.ts'
import { interleaved, seconds } from './timing.ts'

const ROUNDS = 5
const HITS = 8_000_000
const PAGES = 400_000

export const translations: Suite = {
  name: 'translations',
  summary: 'TLB hits, and walks of an x86-64 table with four levels',

  async run(progress) {
    const few = new Translations(64)
    const many = new Translations(PAGES)
    const taken = await interleaved(
      ROUNDS,
      {
        hits: () => seconds(() => few.access(HITS)) / HITS,
        sequential: () => seconds(() => many.walk(1)) / PAGES,
        scattered: () => seconds(() => many.walk(4099)) / PAGES,
      },
      progress,
    )
    const rate = (time: number) => 1e-6 / time
    return [
      {
        name: 'TLB hits',
        value: rate(taken.hits),
        unit: 'M/s',
        target: { least: 40 },
        note: '64 pages in turn',
      },
      {
        name: 'sequential full walks',
        value: rate(taken.sequential),
        unit: 'M/s',
        target: { least: 15 },
        note: 'the walker remembers its last pte table',
      },
      {
        name: 'scattered full walks',
        value: rate(taken.scattered),
        unit: 'M/s',
        note: 'a new pte table each time',
      },
    ]
  },
}
