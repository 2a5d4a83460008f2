import { expect, it } from 'vitest'
import { Trace } from '../trace/trace.ts'
import { createLab } from './index.ts'
import { arch } from '../arch/index.ts'
import { TraceQuery } from '../trace/query.ts'

it('free pages and faults of every call are in the trace', () => {
  const chunks: Parameters<Trace['append']>[0][] = []
  const sink = (chunk: Parameters<Trace['append']>[0]) => void chunks.push(chunk)
  const lab = createLab({
    spec: {},
    scenario: 't',
    seed: 1,
    traceLevel: 'full',
    sink,
    locate: () => ({ file: 't', line: 1, column: 1 }),
  })
  const { machine } = lab.context
  const task = machine.spawn('t')
  const at = task.mmap({ length: 8 * 4096 })
  task.write(at, { count: 8 })
  lab.finish()
  const trace = new Trace(lab.header)
  for (const chunk of chunks) trace.append(chunk)
  const query = new TraceQuery(trace, arch(lab.header.arch))
  const state = query.state(query.nextEvent(2 ** 30, -1))
  const field = (name: string) =>
    Number(state.machine.find((each) => each.name === name)?.value.replaceAll(/[ _]/g, ''))
  expect([field('nr_free_pages'), field('pgfault')]).toEqual([machine.freePages, task.minFaults])
})
