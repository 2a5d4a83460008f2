/** A machine for tests together with the trace it writes. */
import { archOf } from '../arch/declare.ts'
import { TraceQuery } from '../trace/query.ts'
import type { Replica } from '../trace/replica.ts'
import { Trace } from '../trace/trace.ts'
import type { Machine, MachineSpec, RunContext } from './api.ts'
import { createLab } from './index.ts'

export interface Watched {
  machine: Machine
  /** What a scenario's run is given. */
  context: RunContext
  /** Takes in what was recorded since the last time. */
  read(): { trace: Trace; replica: Replica; query: TraceQuery }
}

export function watched(spec: MachineSpec = {}): Watched {
  const chunks: Parameters<Trace['append']>[0][] = []
  const lab = createLab({
    spec,
    scenario: 'test',
    seed: 1,
    traceLevel: 'full',
    sink: (chunk) => void chunks.push(chunk),
    locate: () => ({ file: '', line: 0, column: 0 }),
  })
  const trace = new Trace(lab.header)
  const features = Object.entries(lab.header.features).map(([name, on]) => [name, Boolean(on)] as const)
  const query = new TraceQuery(trace, archOf({ arch: lab.header.arch }, Object.fromEntries(features)))
  return {
    machine: lab.context.machine,
    context: lab.context,
    read: () => {
      lab.flush()
      for (const chunk of chunks.splice(0)) trace.append(chunk)
      return { trace, replica: query.replica, query }
    },
  }
}
