/** The PMD hog of January 2015 at full size: 130 000 regions, every event of it kept. */
import { readFileSync } from 'node:fs'
import { createLab } from '../../lab/index.ts'
import type { TraceChunk } from '../../trace/recorder.ts'
import type { Measure, Suite } from './suite.ts'
import { processorMs } from './timing.ts'

const REGIONS = 130_000
const GIB = 2 ** 30
const MIB = 2 ** 20

export const hog: Suite = {
  name: 'hog',
  summary: '130 000 PMD tables nobody counted, with the full trace',

  run(progress) {
    progress('running')
    return Promise.resolve(measure())
  },
}

function measure(): Measure[] {
  const begin = processorMs()
  const clock = performance.now()
  const chunks: TraceChunk[] = []
  const { context, finish } = createLab({
    spec: { arch: 'x86_64', kernel: '4.0' },
    scenario: 'hog',
    seed: 1,
    traceLevel: 'full',
    sink: (chunk) => void chunks.push(chunk),
    locate: () => ({ file: 'hog', line: 1, column: 1 }),
  })
  const task = context.machine.spawn('hog')
  for (let i = 1; i <= REGIONS; i++) {
    const at = task.mmap({ length: GIB, addr: GIB * i, fixed: true })
    task.write(at)
    task.munmap(at, 2 * MIB)
    task.mmap({ length: 2 * MIB, addr: at, fixed: true })
  }
  finish()
  const seconds = (performance.now() - clock) / 1000
  const processor = (processorMs() - begin) / 1000
  return [
    { name: 'whole run, on the clock', value: seconds, unit: 's', target: { most: 3 } },
    {
      name: 'processor time',
      value: processor,
      unit: 's',
      note: 'with what compiles and collects garbage in other threads',
    },
    {
      name: 'memory of the process, trace included',
      value: (peakKilobytes() * 1024) / 1e6,
      unit: 'MB',
      target: { most: 600 },
      note: `${chunks.length} chunks of records, and their texts`,
    },
    { name: 'events', value: context.machine.events / 1e6, unit: 'M' },
    { name: 'pmd tables', value: task.tables.perLevel.pmd, unit: 'tables' },
    { name: 'OOM score', value: task.oomScore, unit: 'pages', note: '0 before 4.0' },
  ]
}

/** Most memory this program ever had. Linux keeps in maxRSS what its parent had when it was started, VmHWM begins anew. */
function peakKilobytes(): number {
  try {
    const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    if (peak !== undefined) return Number(peak)
  } catch {
    // Another system than Linux.
  }
  return process.resourceUsage().maxRSS
}
