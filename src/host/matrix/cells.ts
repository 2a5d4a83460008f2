/** Cells of the matrix: each is a run of the seam's scenario on a machine of its own. */
import type { MachineSpec } from '../../lab/api.ts'
import { CallCounters } from '../../trace/compare/counters.ts'
import { isWorse, verdictOf } from '../../trace/matrix/verdict.ts'
import type { Finding } from '../../trace/matrix/verdict.ts'
import type { LiveMachine, LiveRun } from '../liveRun.ts'
import { queryOf } from '../traceQuery.ts'
import { cellSpecs } from './plan.ts'
import type { CellSpec, MatrixAlternative, MatrixSeam } from './plan.ts'

export interface MatrixCell extends Finding {
  arch: string
  alternative: string
  spec: CellSpec
  /** Most bytes of page tables that the kernel did not know of while its processes ran; −1 without a trace. */
  hiddenBytes: number
  events: number
}

/** Runs a scenario on machines, in order. */
export type RunOn = (machines: MachineSpec[]) => Promise<LiveRun>

/** The cells of some rows, row by row. @throws Error when the scenario itself cannot run. */
export async function matrixCells(
  seam: MatrixSeam,
  alternatives: readonly MatrixAlternative[],
  archs: readonly string[],
  run: RunOn,
): Promise<MatrixCell[]> {
  const places = archs.flatMap((arch) =>
    alternatives.map((alternative) => ({ arch, alternative, specs: cellSpecs(seam, alternative, arch) })),
  )
  if (places.length === 0) return []
  const wanted = places.flatMap(({ specs }) => specs)
  const live = await run(wanted)
  if (live.machines.length !== wanted.length) throw new Error(whyNot(live))
  let at = 0
  return places.map(({ arch, alternative, specs }) => {
    const runs = specs.map((spec) => ({ spec, ...found(live.machines[at++]) }))
    const worst = runs.reduce((most, one) => (isWorse(one.verdict, most.verdict) ? one : most))
    return { arch, alternative: alternative.id, ...worst }
  })
}

function found(machine: LiveMachine): Omit<MatrixCell, 'arch' | 'alternative' | 'spec'> {
  const { trace, status, reason } = machine
  const recorded = trace !== null && trace.length > 0 ? trace : null
  return {
    ...verdictOf(recorded, { status, reason }),
    hiddenBytes: recorded === null ? -1 : hiddenBytes(machine),
    events: recorded?.events ?? 0,
  }
}

function hiddenBytes({ trace }: LiveMachine): number {
  const query = queryOf(trace!)
  const { peak } = new CallCounters(query.trace, query.arch)
  return peak.call < 0 ? 0 : peak.values[0]
}

function whyNot({ planError, problems, end }: LiveRun): string {
  const [problem] = problems
  if (planError) return planError.message
  if (problem) return `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`
  return end && end.state !== 'finished' ? end.message : 'the scenario did not run'
}
