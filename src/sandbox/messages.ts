/**
 * What the host says to the two children of the sandbox (checker, runner) and what they answer. Plain data.
 */
import type { MachineSpec } from '../lab/api.ts'
import type { MachineHeader } from '../trace/schema.ts'
import type { TraceLevel } from '../trace/recorder.ts'

/** Something wrong at a place in the user's source; 1-based, the end is exclusive. */
export interface Problem {
  file: string
  line: number
  column: number
  endLine: number
  endColumn: number
  severity: 'error' | 'warning'
  message: string
}

/** Where a name in an importing module comes from: another module's export, or the lab when `module` is null. */
export interface Binding {
  local: string
  module: number | null
  /** Exported name, or '*' for the namespace object. */
  name: string
}

/** One scenario file, ready to be evaluated: plain JavaScript with the lines of the user's source. */
export interface ModuleCode {
  /** As the user knows it, e.g. 'hog.ts' or 'lib/touch.ts'. */
  file: string
  code: string
  imports: Binding[]
  /** [exported name, local expression]; live in the module's scope. */
  exports: [string, string][]
  /** [exported name or '*', module, name there or '*'] of `export … from`. */
  reexports: [string, number | null, string][]
  /** Name of the object that carries the module's helpers; unused elsewhere in the code. */
  helper: string
  /** Texts that the code refers to as helper.texts[i]. */
  texts: string[]
  /** Call sites: flat pairs line, column; site i of this module is number i. */
  sites: number[]
  /** Text added for call sites: flat triples line, column in the user's source, length. Sorted. */
  inserts: number[]
}

/** Everything the runner needs to run a scenario. Modules stand in the order of evaluation; the last is the scenario. */
export interface Program {
  modules: ModuleCode[]
}

export interface CheckRequest {
  id: number
  /** Folder that imports may not leave. */
  root: string
  /** Name of the scenario inside root, with forward slashes. */
  file: string
  text: string
  /** False: only what keeps the text from running is reported. */
  types: boolean
}

export interface CheckAnswer {
  id: number
  problems: Problem[]
  /** Null when a problem of severity error was found. */
  program: Program | null
  /** Set when the checker itself failed. */
  failure: string
}

/** Replaces parts of what the scenario asks for. */
export interface MachineChoice {
  /** These machines instead of the scenario's. */
  machines?: MachineSpec[]
  /** Each of the scenario's machines on each of these architectures. */
  archs?: string[]
  kernel?: string
  /** The first of the machines, once for every combination of these. */
  vary?: MachineVariation
}

export interface MachineVariation {
  archs?: string[]
  kernels?: string[]
  /** Alternatives by seam. */
  policies?: Record<string, string[]>
}

export interface RunRequest {
  program: Program
  choice: MachineChoice
  seed: number | null
  traceLevel: TraceLevel
}

/** An error in the user's program, or the lab's own. */
export interface RunError {
  message: string
  /** Null when no place in the user's source is known. */
  at: { file: string; line: number; column: number } | null
  /** The lab itself broke: `message` says how. */
  internal: boolean
}

/** The place of a call site, numbered through all modules of a program; null for any other number. */
export function placeOfSite(program: Program, site: number): RunError['at'] {
  let first = 0
  for (const { file, sites } of program.modules) {
    const i = (site - first) * 2
    if (i >= 0 && i < sites.length) return { file, line: sites[i], column: sites[i + 1] }
    first += sites.length / 2
  }
  return null
}

export type MachineStatus = 'passed' | 'failed' | 'skipped' | 'error'

/** From the runner, in this order: ready, (plan, (begin, chunk*, end)* , done)*. */
export type RunnerMessage =
  | { type: 'ready' }
  | { type: 'plan'; title: string; machines: MachineSpec[]; error: RunError | null }
  | { type: 'begin'; machine: number; header: MachineHeader }
  | ChunkMessage
  | EndMessage
  | { type: 'done' }

/** The words follow as the frame's binary part. */
export interface ChunkMessage {
  type: 'chunk'
  machine: number
  records: number
  firstRecord: number
  firstString: number
  strings: string[]
}

export interface EndMessage {
  type: 'end'
  machine: number
  status: MachineStatus
  reason: string
  error: RunError | null
  passed: number
  failed: number
}
