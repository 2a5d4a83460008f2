/**
 * The typed, validated protocol between the lab's host and its UI. One table of methods; every message from the UI is
 * checked against its schema, answers are plain data. The same messages travel over Electron IPC and over a WebSocket.
 */
import { z } from 'zod'
import type { DetailSection } from '../arch/describeRows.ts'
import type { ProcFile } from '../trace/proc/files.ts'
import type {
  ChartSeries,
  CostView,
  CounterSeries,
  EntryView,
  EventRow,
  ExpectationRow,
  LanesView,
  LayoutView,
  OpRow,
  OpenView,
  ProcView,
  ShootdownRow,
  StateView,
  TableRef,
  TableView,
  TextRow,
  TraceSummary,
  WalkView,
} from '../trace/views.ts'

import { compareMethods, variation } from './protocolCompare.ts'
import type { CompareAnswers } from './protocolCompare.ts'

export const PROTOCOL_VERSION = 1

const scalar = z.union([z.boolean(), z.number(), z.string()])
const procFile = z.enum([
  'status',
  'maps',
  'smaps',
  'pagemap',
  'meminfo',
  'vmstat',
  'kpagecount',
  'kpageflags',
] satisfies ProcFile[])
const costChanges = z.record(
  z.string().max(40),
  z.strictObject({
    ns: z.number().min(0).max(1e12).optional(),
    perUnit: z.number().min(0).max(1e12).optional(),
  }),
)
export const machineSpec = z.strictObject({
  arch: z.string().max(100).optional(),
  features: z.record(z.string(), z.union([z.boolean(), z.number()])).optional(),
  kernel: z.string().max(40).optional(),
  config: z.record(z.string(), scalar).optional(),
  cpus: z.int().min(1).max(256).optional(),
  memory: z.number().positive().optional(),
  policies: z.record(z.string(), z.string()).optional(),
})

/** Names a trace: run number and machine index within the run. */
const trace = { run: z.int().min(0), machine: z.int().min(0) }
const event = z.int().min(-1).max(0xffff_ffff)
const address = z.string().regex(/^0x[0-9a-fA-F_]{1,20}$/, 'an address like 0x7fff0000')
const path = z.string().min(1).max(400)
const text = z.string().max(2_000_000)

export const methods = {
  hello: z.strictObject({}),
  /** Lessons and the user's own scenarios. */
  gallery: z.strictObject({}),
  readScenario: z.strictObject({ path }),
  /** Writes one of the user's scenarios (never a lesson). */
  saveScenario: z.strictObject({ path, text }),
  deleteScenario: z.strictObject({ path }),
  /** Declarations of 'ptlab' for the editor. */
  types: z.strictObject({}),
  arches: z.strictObject({}),
  /** Kernels, design alternatives, words of the filter, files of /proc. */
  choices: z.strictObject({}),
  /** Everything known about one variant, by id or alias. */
  archDetails: z.strictObject({ id: z.string().min(1).max(100) }),
  /** Starts a run; `machines` replaces what the scenario asks for, `vary` runs its first one in every combination. */
  run: z.strictObject({
    path,
    text,
    machines: z.array(machineSpec).min(1).max(64).optional(),
    vary: variation.optional(),
  }),
  stop: z.strictObject({ run: z.int().min(0) }),
  closeRun: z.strictObject({ run: z.int().min(0) }),
  state: z.strictObject({ ...trace, k: event }),
  tables: z.strictObject({ ...trace, k: event, mm: z.int().min(0) }),
  table: z.strictObject({ ...trace, k: event, id: z.int().min(0) }),
  entry: z.strictObject({ ...trace, k: event, id: z.int().min(0), index: z.int().min(0).max(65535) }),
  walk: z.strictObject({ ...trace, k: event, mm: z.int().min(0), va: address }),
  events: z.strictObject({
    ...trace,
    from: z.int().min(0),
    count: z.int().min(1).max(500),
    filter: z.string().max(500),
  }),
  /** CPUs along the trace with who told whom. */
  lanes: z.strictObject({ ...trace }),
  /** Flushes that concerned more than one CPU. */
  shootdowns: z.strictObject({ ...trace, from: z.int().min(0), count: z.int().min(1).max(500) }),
  /** The last of them that began at or before event k. */
  shootdownAt: z.strictObject({ ...trace, k: event }),
  /** What waits after event k: interrupts, gathers, grace periods, walkers. */
  open: z.strictObject({ ...trace, k: event }),
  /** What everything up to event k cost. */
  costs: z.strictObject({ ...trace, k: event }),
  /** mm_struct as each compilation unit lays it out; null for traces that do not say. */
  layout: z.strictObject({ ...trace, k: event }),
  /** Unit costs that the user changed, for every run shown from now on. */
  setCosts: z.strictObject({ costs: costChanges }),
  /** A file of /proc after event k; with `since`, marked against the state after that event. Process 0: the last that lives. */
  proc: z.strictObject({
    ...trace,
    k: event,
    pid: z.int().min(0),
    file: procFile,
    since: event.nullable(),
  }),
  /** Position of event k in the filtered list. */
  locate: z.strictObject({ ...trace, k: event, filter: z.string().max(500) }),
  ops: z.strictObject({ ...trace, from: z.int().min(0), count: z.int().min(1).max(500) }),
  counters: z.strictObject({ ...trace, points: z.int().min(2).max(4000) }),
  step: z.strictObject({
    ...trace,
    k: event,
    by: z.enum(['event', 'op', 'line']),
    direction: z.union([z.literal(1), z.literal(-1)]),
  }),
  /** First or last event of the API calls made at a source line. */
  atLine: z.strictObject({ ...trace, line: z.int().min(1) }),
  results: z.strictObject({ ...trace }),
  ...compareMethods,
  exportTrace: z.strictObject({ ...trace }),
  /** Opens a .ptl file: bytes as base64 from a file input, or a path chosen in the host's own dialog (empty data). */
  openTrace: z.strictObject({ name: z.string().max(400), data: z.string() }),
  /** UI state and unsaved text that must survive a crash. */
  saveWorkspace: z.strictObject({ workspace: text }),
} as const

export type Method = keyof typeof methods
export type Params<M extends Method> = z.infer<(typeof methods)[M]>

export interface GalleryItem {
  path: string
  title: string
  group: string
  minutes: number
  about: string
  own: boolean
}

export interface ArchRow {
  id: string
  aliases: string[]
  family: string
  title: string
  levels: string
  pageSize: number
  bits: number
  historic: boolean
  uncertain: boolean
  /** False: nothing to simulate. It has no levels and no page size. */
  mmu: boolean
}

/** What the desk offers for choice. */
export interface Choices {
  /** From old to new; `chosen` names the alternative of its profile, by seam. */
  kernels: { version: string; recorded: string; note: string; chosen: Record<'accounting', string> }[]
  /** Design questions whose answer can be exchanged. */
  seams: {
    id: 'accounting'
    title: string
    about: string
    source: string
    alternatives: { id: string; label: string; used: string; risk: string }[]
  }[]
  /** Seams without a mechanism: what each kernel chose, by architectures. Machines behave the same whichever it is. */
  named: {
    id: string
    about: string
    source: string
    alternatives: { id: string; label: string; about: string }[]
    chosen: Record<string, { on: string; label: string; id: string; note: string; checked: boolean }[]>
  }[]
  filter: { keys: Record<string, string>; names: string[]; contexts: string[]; levels: string[] }
  procFiles: { file: ProcFile; ofProcess: boolean; about: string }[]
}

/** One variant as sections of named rows; rows of two variants are matched by section id and name. */
export interface ArchPage {
  id: string
  title: string
  sections: DetailSection[]
}

/** A message at a place in the user's source; 1-based. */
export interface Diagnostic {
  file: string
  line: number
  column: number
  endLine: number
  endColumn: number
  severity: 'error' | 'warning'
  message: string
}

export interface MachineRun {
  machine: number
  title: string
  arch: string
  kernel: string
  cpus: number
  /** Bytes. */
  pageSize: number
  status: 'waiting' | 'running' | 'passed' | 'failed' | 'skipped' | 'stopped'
  reason: string
  events: number
  /** Number of the last event, -1 when there is none; event numbers leave gaps where an event has payload records. */
  last: number
  passed: number
  failed: number
}

export interface RunStatus {
  run: number
  path: string
  state: 'checking' | 'running' | 'finished' | 'failed' | 'stopped'
  /** Said to the user in one line when the run did not simply finish. */
  message: string
  diagnostics: Diagnostic[]
  machines: MachineRun[]
  milliseconds: number
}

export interface Results {
  summary: TraceSummary
  expectations: ExpectationRow[]
  console: TextRow[]
  dmesg: TextRow[]
  charts: ChartSeries[]
}

export interface Answers extends CompareAnswers {
  hello: { version: number; host: 'electron' | 'browser'; appVersion: string; workspace: string }
  gallery: GalleryItem[]
  readScenario: { path: string; text: string; own: boolean }
  saveScenario: { path: string }
  deleteScenario: Record<string, never>
  types: { name: string; text: string }[]
  arches: ArchRow[]
  choices: Choices
  archDetails: ArchPage
  run: { run: number }
  stop: Record<string, never>
  closeRun: Record<string, never>
  state: StateView
  tables: TableRef[]
  table: TableView | null
  entry: EntryView | null
  walk: WalkView
  events: { total: number; rows: EventRow[]; error: string }
  lanes: LanesView
  shootdowns: { total: number; rows: ShootdownRow[] }
  shootdownAt: { position: number }
  open: OpenView
  costs: CostView
  layout: LayoutView | null
  setCosts: Record<string, never>
  proc: ProcView
  locate: { position: number }
  ops: { total: number; rows: OpRow[] }
  counters: CounterSeries[]
  step: { k: number }
  atLine: { first: number; last: number }
  results: Results
  exportTrace: { name: string; data: string }
  openTrace: RunStatus
  saveWorkspace: Record<string, never>
}

export interface Request {
  id: number
  method: Method
  params: unknown
}
export type Response = { id: number; result: unknown } | { id: number; error: { message: string } }
/** Sent by the host without being asked. */
export type Push = { push: 'run'; data: RunStatus } | { push: 'menu'; data: { command: string } }

/** What the UI holds: the same over every transport. */
export interface Link {
  call<M extends Method>(method: M, params: Params<M>): Promise<Answers[M]>
  onPush(listener: (push: Push) => void): () => void
}

const request = z.strictObject({
  id: z.int().min(0),
  method: z.enum(Object.keys(methods) as [Method, ...Method[]]),
  params: z.unknown(),
})

/** Checks a raw message from the UI. Returns the request with typed params, or what is wrong with it. */
export function parseRequest(
  raw: unknown,
): { ok: true; id: number; method: Method; params: unknown } | { ok: false; id: number; message: string } {
  const outer = request.safeParse(raw)
  if (!outer.success)
    return { ok: false, id: idOf(raw), message: `message rejected: ${z.prettifyError(outer.error)}` }
  const inner = methods[outer.data.method].safeParse(outer.data.params)
  if (!inner.success)
    return {
      ok: false,
      id: outer.data.id,
      message: `${outer.data.method} rejected: ${z.prettifyError(inner.error)}`,
    }
  return { ok: true, id: outer.data.id, method: outer.data.method, params: inner.data }
}

function idOf(raw: unknown): number {
  const id = (raw as { id?: unknown } | null)?.id
  return typeof id === 'number' && Number.isInteger(id) ? id : -1
}
