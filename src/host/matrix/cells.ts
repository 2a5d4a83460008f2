/** Cells of the matrix: each is a run of the seam's scenario on a machine of its own. */
import type { MachineSpec } from '../../lab/api.ts'
import { CallCounters } from '../../trace/compare/counters.ts'
import { verdictOf } from '../../trace/matrix/verdict.ts'
import type { Finding } from '../../trace/matrix/verdict.ts'
import type { LiveMachine, LiveRun } from '../liveRun.ts'
import { queryOf } from '../traceQuery.ts'
import { cellSpec } from './plan.ts'
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
  const places = archs.flatMap((arch) => alternatives.map((alternative) => ({ arch, alternative })))
  if (places.length === 0) return []
  const live = await run(places.map(({ arch, alternative }) => cellSpec(seam, alternative, arch)))
  if (live.machines.length !== places.length) throw new Error(whyNot(live))
  return places.map(({ arch, alternative }, i) => cell(seam, arch, alternative, live.machines[i]))
}

function cell(
  seam: MatrixSeam,
  arch: string,
  alternative: MatrixAlternative,
  machine: LiveMachine,
): MatrixCell {
  const { trace, status, reason } = machine
  const recorded = trace !== null && trace.length > 0 ? trace : null
  return {
    arch,
    alternative: alternative.id,
    spec: cellSpec(seam, alternative, arch),
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
