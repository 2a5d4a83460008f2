/** Runs of a small scenario on several machines, for tests. */
import type { MachineSpec, RunContext } from '../../../lab/api.ts'
import { createLab } from '../../../lab/index.ts'
import { archOf } from '../../../arch/declare.ts'
import { TraceQuery } from '../../query.ts'
import { Trace } from '../../trace.ts'
import { Comparison } from '../comparison.ts'

/** `line` is called before each call to say where it stands. */
export type Story = (context: RunContext, line: (number: number) => void) => void

export function queryOf(spec: MachineSpec, story: Story): TraceQuery {
  let at = 0
  let trace: Trace | null = null
  const waiting: Parameters<Trace['append']>[0][] = []
  const lab = createLab({
    spec,
    scenario: 'test',
    seed: 1,
    traceLevel: 'full',
    sink: (chunk) => void (trace ? trace.append(chunk) : waiting.push(chunk)),
    locate: () => ({ file: 'story.ts', line: at, column: 1 }),
  })
  trace = new Trace(lab.header)
  for (const chunk of waiting) trace.append(chunk)
  story(lab.context, (number) => (at = number))
  lab.finish()
  return new TraceQuery(
    trace,
    archOf({ arch: lab.header.arch }, lab.header.features as Record<string, boolean>),
  )
}

export function compared(specs: readonly MachineSpec[], story: Story): Comparison {
  return new Comparison(
    specs.map((spec) => ({
      title: [spec.arch, spec.kernel, ...Object.values(spec.policies ?? {})].filter(Boolean).join(' · '),
      query: queryOf(spec, story),
    })),
  )
}
