/** What the runner needs of the lab. */
import type { MachineSpec, RunContext } from '../../lab/api.ts'
import type { MachineHeader } from '../../trace/schema.ts'
import type { TraceLevel, TraceSink } from '../../trace/recorder.ts'

export interface Location {
  file: string
  line: number
  column: number
}

export interface LabOptions {
  spec: MachineSpec
  scenario: string
  seed: number
  traceLevel: TraceLevel
  sink: TraceSink
  /** Where in the user's source the API call being made stands. */
  locate(): Location
}

export interface Lab {
  /** Frozen through and through: what `run` is called with. */
  context: RunContext
  header: MachineHeader
  /** Hands over what was recorded so far. */
  flush(): void
  finish(): { passed: number; failed: number }
}

export type CreateLab = (options: LabOptions) => Lab
export type Library = Readonly<Record<string, unknown>>
