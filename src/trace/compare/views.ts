/** Comparisons as panels, the CLI and exports are given them: plain data, one list element per machine where it says so. */
import type { LevelName } from '../../arch/arch.ts'
import type { CauseView } from './causes.ts'
import type { Counters, Metric } from './counters.ts'

export type { CauseView } from './causes.ts'
export type { Counters, Metric } from './counters.ts'

/** One call on one machine. */
export interface CallCell {
  op: number
  /** Last event of the call: the state it left behind. */
  k: number
  text: string
  result: string
  error: boolean
}

/** One row: the same call on every machine that makes it. */
export interface CompareRow {
  row: number
  file: string
  line: number
  /** As the first machine that makes it says it. */
  text: string
  /** Per machine; null where the call is not made. */
  cells: (CallCell | null)[]
  /** The call did not do the same everywhere, or is not made everywhere. */
  differs: boolean
}

export interface CompareRows {
  total: number
  rows: CompareRow[]
}

/** A quantity or field on every machine. */
export interface CompareValue {
  name: string
  unit: string
  doc: string
  /** Per machine; null where it does not exist. */
  values: (string | null)[]
  differs: boolean
}

/** Numbers of one event kind or mechanism: in the call itself, and up to its end. */
export interface CompareCount {
  name: string
  here: number[]
  upTo: number[]
  /** Costs only: where the unit cost is from. */
  source?: string
  differs: boolean
}

export interface CompareLevel {
  level: LevelName
  /** Null where the machine has no such level. */
  tables: (number | null)[]
  bytes: (number | null)[]
  differs: boolean
}

export interface ProcessRef {
  pid: number
  name: string
}

/** All machines after one row. */
export interface CompareStep {
  row: number
  call: CompareRow | null
  /** Process whose mm is shown; null when there is none yet. */
  process: ProcessRef | null
  processes: ProcessRef[]
  /** Per machine: event shown (−1: before the first), id of the mm (0: none), simulated ns. */
  k: number[]
  mm: number[]
  time: number[]
  fields: CompareValue[]
  machine: CompareValue[]
  levels: CompareLevel[]
  /** Page tables of the process: what they take, what the kernel knows of, and the rest. Null without an mm. */
  bytes: ({ tables: number; known: number; hidden: number } | null)[]
  events: CompareCount[]
  costs: CompareCount[]
}

export interface Divergence {
  row: number
  call: CompareRow
  /** Per machine: number of the group that did the same; −1 where the call is not made. */
  groups: number[]
  causes: CauseView[]
  /** The same in words. */
  explanation: string[]
}

/** One table on every machine: tables of the same level that cover the same address. */
export interface CompareTable {
  level: LevelName
  va: string
  cells: ({ id: number; used: number; entries: number } | null)[]
  differs: boolean
}

export interface CompareTables {
  total: number
  differing: number
  rows: CompareTable[]
  /** More tables than were looked at. */
  cut: boolean
}

export interface CompareChart {
  metric: Metric
  unit: string
  /** Rows at which the machines were read. */
  rows: number[]
  /** Per machine, one value per row. */
  values: number[][]
}

export interface ComparedMachine {
  events: number
  calls: number
  hash: string
  passed: number
  failed: number
  dmesg: string[]
  /** Counters at the end. */
  last: Counters
  /** The row after which most was hidden from the kernel; null without a call. */
  peak: { row: number; text: string; counters: Counters } | null
  /** Counters after the row that `CompareSummary.worst` names. */
  atWorst: Counters
  costs: { what: string; ns: number; events: number }[]
  counts: { name: string; count: number }[]
}

export interface CompareSummary {
  rows: number
  differing: number
  /** The row after which more was hidden on one machine than on any at any other time; null without a call. */
  worst: { row: number; text: string } | null
  machines: ComparedMachine[]
  metrics: { id: Metric; title: string; unit: string }[]
}
