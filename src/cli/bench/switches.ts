/** Context switches of a large machine, every one of them in the trace. */
import { Switches } from '../../lab/switches.ts'
import type { Suite } from './suite.ts'
import { interleaved, seconds } from './timing.ts'

const ROUNDS = 3
const CPUS = 64
const EACH = 1000

export const switches: Suite = {
  name: 'switches',
  summary: '64 CPUs with 1000 context switches each, full trace',

  async run(progress) {
    const tagged = new Switches(CPUS)
    const broadcast = new Switches(CPUS, 'arm64')
    const before = tagged.trace.records
    tagged.run(EACH)
    const records = tagged.trace.records - before
    const taken = await interleaved(
      ROUNDS,
      {
        tagged: () => seconds(() => tagged.run(EACH)),
        broadcast: () => seconds(() => broadcast.run(EACH)),
      },
      progress,
    )
    return [
      {
        name: 'x86-64, seven processes on each CPU',
        value: taken.tagged * 1000,
        unit: 'ms',
        target: { most: 1000 },
        note: `each switch flushes and writes ${(records / CPUS / EACH).toFixed(1)} events`,
      },
      {
        name: 'arm64, the same',
        value: taken.broadcast * 1000,
        unit: 'ms',
        target: { most: 1000 },
        note: 'ASIDs for all: nothing is flushed',
      },
    ]
  },
}
