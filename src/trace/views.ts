/**
 * View models: what panels, the CLI and exports are given. Plain data (structured-clone and JSON safe), computed by the
 * replica for the state after event k. Addresses are hex strings with 0x; sizes are bytes or pages as the name says.
 */
import type { LevelName } from '../arch/arch.ts'
import type { FormulaView } from './cost/formulas.ts'
import type { ProcLine } from './proc/diff.ts'
import type { ProcFile } from './proc/files.ts'
import type { ArrowKind } from './sync/arrows.ts'
import type { SpanKind } from './sync/spans.ts'

/** One row of the event list. */
export interface EventRow {
  k: number
  name: string
  cpu: number
  mm: number
  ctx: string
  op: number
  /** Source position of the API call, 1-based; 0 when before the first. */
  line: number
  level: LevelName | null
  text: string
  /** Simulated nanoseconds on that CPU after the event. */
  time: number
}

/** One API call: its span in the trace and where it stands in the scenario. */
export interface OpRow {
  op: number
  first: number
  last: number
  text: string
  result: string
  error: boolean
  process: number
  file: string
  line: number
  column: number
  /** Counts inside the call that editors show behind the line. */
  faults: number
  tablesAllocated: number
  tablesFreed: number
  flushes: number
}

export interface FieldView {
  name: string
  value: string
  /** How to read the value: 'count', 'pages', 'bytes', 'address', 'frame', 'flags', 'mask', 'id', 'bool'. */
  unit: string
  /** Change made by event k itself ("+1", "0x0 → 0x5"), or null. */
  change: string | null
  doc: string
}

export interface VmaView {
  id: number
  start: string
  end: string
  perms: string
  offset: string
  flags: string
  name: string
  anonVma: boolean
}

export interface MmView {
  id: number
  process: string
  pid: number
  alive: boolean
  fields: FieldView[]
  vmas: VmaView[]
  tables: TableSummary
}

export interface TableSummary {
  perLevel: { level: LevelName; tables: number; bytes: number }[]
  deposited: number
  bytes: number
  countedBytes: number
}

export interface TableRef {
  id: number
  level: LevelName
  frame: number
  offset: number
  entries: number
  used: number
  parent: number | null
  parentIndex: number
  /** First address that the table covers. */
  va: string
  /** Tables that share the page. */
  sharesPageWith: number[]
  /** Entries that point to it: more than one where mms share the pmd table of a hugetlb file. */
  users: number
  kernel: boolean
  deposited: boolean
}

/** Entries of one table in a form a grid can draw: index and class of every non-empty entry. */
export interface TableView extends TableRef {
  /** Flat pairs [index, class]; class: 1 table, 2 leaf read-only, 3 leaf writable, 4 protnone/not valid to hardware, 5 swap, 6 zero page or special, 7 kernel, 8 bad. */
  cells: number[]
  /** For each cell, the event that wrote it last (0 = before the trace began or unknown). */
  writtenAt: number[]
}

export interface BitView {
  name: string
  hi: number
  lo: number
  macro: string
  value: string
  meaning: string
  /** How to draw it. */
  kind?: 'flag' | 'frame' | 'address' | 'swap' | 'reserved'
}

export interface EntryView {
  table: TableRef
  index: number
  va: string
  raw: string
  /** What the entry says, in one sentence. */
  summary?: string
  kind: 'none' | 'table' | 'leaf' | 'huge' | 'swap' | 'migration' | 'protnone' | 'bad'
  bits: BitView[]
  frame: number | null
  /** How many present entries map that frame (all mms). */
  mapcount: number | null
  pageKind: string
  writtenBy: EventRow | null
  /** What scenarios stored in the page: 64-bit words by their number in it. At most 64. */
  words: { index: number; value: string }[]
}

export interface WalkStep {
  level: LevelName
  table: number
  frame: number
  index: number
  raw: string
  kind: EntryView['kind']
}

export interface WalkView {
  va: string
  steps: WalkStep[]
  folded: LevelName[]
  result: string
}

export interface TlbEntryView {
  slot: number
  va: string
  pages: number
  tag: number
  frame: number
  perms: string
  stale: boolean
  /** Address space that the tag stands for, 0: unknown. */
  mm: number
  /** How a stale entry differs from what the tables say now; '' when it does not. */
  why: string
}

/** One entry of a paging-structure cache, or of a cache of absent pages. */
export interface WalkerEntryView {
  slot: number
  /** Level of the table remembered; null: the page has no entry. */
  level: LevelName | null
  /** First address it is good for. */
  va: string
  table: number
  tag: number
  mm: number
  /** How it differs from what the tables say now; '' when it does not. */
  why: string
}

export interface CpuView {
  id: number
  process: string
  /** The call that its last event belongs to, when that is still going on; ''. */
  call: string
  /** Where the CPU is: task, softirq, irq, nmi, entry, atomic, boot, kthread; '' before its first event. */
  context: string
  loadedMm: number
  activeMm: number
  lazy: boolean
  tag: number
  used: number
  size: number
  /** At most 256, most recently filled first. */
  entries: TlbEntryView[]
  /** What its walker remembers besides: where tables are, and pages that had no entry. */
  walker: WalkerEntryView[]
}

/** CPUs along the whole trace, and who told whom. */
export interface LanesView {
  /** Records in a piece. */
  stride: number
  /** For each CPU flat pairs of piece and WORK bits (src/trace/sync/activity.ts). */
  cpus: number[][]
  arrows: { k: number; kind: ArrowKind; from: number; to: number; done: number }[]
  /** More than those handed out when there are very many. */
  arrowsInAll: number
}

/** One flush of one CPU, and what it meant to the others. */
export interface ShootdownRow {
  k: number
  sender: number
  mm: number
  call: string
  line: number
  /** What was invalidated, in words; '' when nobody had to. */
  what: string
  /** `done`: event at which the target was through, −1: not yet. */
  targets: { cpu: number; kind: ArrowKind; done: number }[]
}

/** What waits after event k. */
export interface OpenView {
  k: number
  /** Interrupts sent and not taken. */
  pending: { k: number; from: number; to: number }[]
  /** Gathers, grace periods, frees that wait for interrupts, lockless walkers, tasks that wait for a lock. */
  open: { k: number; kind: SpanKind; cpu: number; mm: number; text: string; waitsFor: number[] }[]
}

/** What a panel needs to draw the state after event k. */
export interface StateView {
  k: number
  event: EventRow | null
  mms: MmView[]
  cpus: CpuView[]
  machine: FieldView[]
}

/** A file of /proc as text, with what changed in it. */
export interface ProcView {
  k: number
  pid: number
  file: ProcFile
  /** Living processes. */
  processes: { pid: number; name: string }[]
  /** Empty when the process does not live at this event. */
  lines: ProcLine[]
  /** Lines beyond those handed out. */
  left: number
}

/** One mechanism of the cost model. */
export interface CostRow {
  id: string
  what: string
  /** False: a figure that only the formulas use. */
  counted: boolean
  ns: number
  nsPerUnit: number
  unit: string
  source: string
  by: 'documented' | 'scenario' | 'user'
  events: number
  units: number
  /** Nanoseconds. */
  total: number
  byCpu: number[]
}

/** What a run cost up to an event, in simulated nanoseconds. */
export interface CostView {
  k: number
  rows: CostRow[]
  total: number
  byCpu: number[]
  formulas: FormulaView[]
}

export interface CounterSeries {
  name: string
  unit: string
  /** Sampled [k, value] pairs, at most the asked number of points. */
  points: [number, number][]
}

export interface ExpectationRow {
  k: number
  pass: boolean
  text: string
  line: number
  column: number
}

export interface TextRow {
  k: number
  line: number
  severity: number
  text: string
}

export interface ChartSeries {
  name: string
  points: [number, number][]
}

export interface TraceSummary {
  events: number
  ops: number
  hash: string
  mms: { id: number; process: string; pid: number }[]
  expectations: { passed: number; failed: number }
  faults: number
  bytes: number
}

/** mm_struct in bytes, once for each compilation unit; offsets follow `fields`, -1: the unit's struct has no such field. */
export interface LayoutView {
  struct: string
  /** The read-write semaphore: 'mmap_sem' or 'mmap_lock'. */
  lock: string
  source: string
  fields: { name: string; type: string; bytes: number; condition: string }[]
  /** The first unit allocates the struct; `shift` says what lies elsewhere than there, and by how many bytes. */
  units: {
    unit: string
    includes: string[]
    sawFolded: boolean
    /** Headers on the way to the one that defines the macro. */
    chain: string[]
    offsets: number[]
    bytes: number
    shift: { field: string; bytes: number } | null
  }[]
  /** Writes that hit another field than the one meant, up to the event. */
  hits: { k: number; text: string; line: number }[]
}
