/** Reading a long trace: opening it, going to any event, filtering all of it. */
import { arch } from '../../arch/index.ts'
import { benchTrace } from '../../trace/bench.ts'
import type { TraceNumbers } from '../../trace/bench.ts'
import { machine } from './machine.ts'
import type { Measure, Suite } from './suite.ts'
import { processorMs } from './timing.ts'

const EVENTS = 10_000_000
const MIB = 2 ** 20

export const traces: Suite = {
  name: 'traces',
  summary: 'ten million events of faults: open, go anywhere, filter',

  async run(progress) {
    progress('writing and opening ten million events')
    const { header } = machine('off').lab
    return measures(benchTrace(processorMs, arch('x86_64', {}), header, EVENTS, 'faults'))
  },
}

function measures(numbers: TraceNumbers): Measure[] {
  const slowest = numbers.filterMs.reduce((a, b) => (b.ms > a.ms ? b : a))
  return [
    { name: 'events written', value: numbers.emittedPerSecond / 1e6, unit: 'M/s' },
    { name: 'open', value: numbers.openMs, unit: 'ms', target: { most: 1000 } },
    {
      name: 'keyframes',
      value: numbers.keyframesMs,
      unit: 'ms',
      note: `${(numbers.appliedPerSecond / 1e6).toFixed(1)} M events/s, while a run goes on or at the first look`,
    },
    { name: 'replica.at(k), p95', value: numbers.atP95Ms, unit: 'ms', target: { most: 16 } },
    { name: 'one step back, p95', value: numbers.stepP95Ms, unit: 'ms' },
    { name: 'state of all panels, p95', value: numbers.stateP95Ms, unit: 'ms' },
    {
      name: 'filter the whole list',
      value: slowest.ms,
      unit: 'ms',
      target: { most: 300 },
      note: `the slowest of ${numbers.filterMs.length}: '${slowest.filter}'`,
    },
    {
      name: 'memory',
      value: (numbers.traceBytes + numbers.replicaBytes) / MIB,
      unit: 'MiB',
      target: { most: 600 },
    },
  ]
}
