/**
 * What `ptlab compare` reports. The JSON form is stable: fields may be added, not renamed or removed.
 */
import { archName } from '../host/liveRun.ts'
import type { LiveMachine, LiveRun } from '../host/liveRun.ts'
import { comparable, compareMachines, shortTitles } from '../host/compareRun.ts'
import type { Comparison } from '../trace/compare/comparison.ts'
import type { ComparedMachine, Counters, Divergence, Metric } from '../trace/compare/views.ts'

export interface CompareReport {
  scenario: string
  title: string
  /** Why nothing could be compared, in one line; else empty. */
  message: string
  machines: ComparedReport[]
  /** The call after which more page tables were hidden from the kernel, on one of the machines, than at any other. */
  worst: { row: number; text: string } | null
  /** Calls aligned over all machines, and those that do not do the same on all of them. */
  calls: { rows: number; differing: number }
  /** The first of them, and more when asked for. */
  divergences: DivergenceReport[]
  chart: { metric: Metric; unit: string; rows: number[]; values: number[][] } | null
}

export interface DivergenceReport {
  row: number
  file: string
  line: number
  text: string
  groups: number[]
  causes: Divergence['causes']
  explanation: string[]
}

export interface ComparedReport {
  machine: number
  title: string
  arch: string
  kernel: string
  policies: Record<string, string>
  status: string
  reason: string
  passed: number
  failed: number
  events: number
  calls: number
  hash: string
  dmesg: string[]
  /** The call after which most was hidden: its row and the counters then. */
  peak: ({ row: number; text: string } & Memory) | null
  /** After the row that CompareReport.worst names. */
  atWorst: Memory | null
  /** At the end of the scenario. */
  last: Memory | null
  faults: number
  flushes: number
  ipis: number
  nanoseconds: number
  costs: ComparedMachine['costs']
  counts: ComparedMachine['counts']
}

interface Memory {
  tableBytes: number
  knownBytes: number
  hiddenBytes: number
  tables: number
  rssPages: number
}

export interface CompareOptions {
  metric: Metric
  points: number
  divergences: number
}

export function compareReport(scenario: string, live: LiveRun, options: CompareOptions): CompareReport {
  const comparison = compareMachines(live.machines)
  const summary = comparison?.summary()
  const indices = comparable(live.machines)
  const titles = shortTitles(live.machines)
  return {
    scenario,
    title: live.title,
    message: messageOf(live, comparison),
    machines: live.machines.map((machine, i) =>
      machineReport(machine, i, titles[i], summary?.machines[indices.indexOf(i)] ?? null),
    ),
    worst: summary?.worst ?? null,
    calls: { rows: summary?.rows ?? 0, differing: summary?.differing ?? 0 },
    divergences: comparison ? divergences(comparison, options.divergences) : [],
    chart: comparison?.chart(options.metric, options.points) ?? null,
  }
}

function messageOf({ planError, end }: LiveRun, comparison: Comparison | null): string {
  if (planError) return planError.message
  if (end && end.state !== 'finished') return end.message
  return comparison === null ? 'no machine recorded anything' : ''
}

function machineReport(
  { spec, header, trace, status, reason, passed, failed }: LiveMachine,
  machine: number,
  title: string,
  seen: ComparedMachine | null,
): ComparedReport {
  return {
    machine,
    title,
    arch: archName(spec, header),
    kernel: header?.kernel ?? spec.kernel ?? '',
    policies: header?.policies ?? {},
    status,
    reason,
    passed,
    failed,
    events: trace?.events ?? 0,
    ...(seen === null ? UNSEEN : whatHappened(seen)),
  }
}

type Happened = Pick<
  ComparedReport,
  | 'calls'
  | 'hash'
  | 'dmesg'
  | 'peak'
  | 'atWorst'
  | 'last'
  | 'faults'
  | 'flushes'
  | 'ipis'
  | 'nanoseconds'
  | 'costs'
  | 'counts'
>

const UNSEEN: Happened = {
  calls: 0,
  hash: '',
  dmesg: [],
  peak: null,
  atWorst: null,
  last: null,
  faults: 0,
  flushes: 0,
  ipis: 0,
  nanoseconds: 0,
  costs: [],
  counts: [],
}

function whatHappened({ calls, hash, dmesg, peak, atWorst, last, costs, counts }: ComparedMachine): Happened {
  const { faults, flushes, ipis, time } = last
  return {
    calls,
    hash,
    dmesg,
    peak: peak === null ? null : { row: peak.row, text: peak.text, ...memory(peak.counters) },
    atWorst: memory(atWorst),
    last: memory(last),
    faults,
    flushes,
    ipis,
    nanoseconds: time,
    costs,
    counts,
  }
}

function memory({ tableBytes, known, hidden, tables, rss }: Counters): Memory {
  return { tableBytes, knownBytes: known, hiddenBytes: hidden, tables, rssPages: rss }
}

function divergences(comparison: Comparison, most: number): DivergenceReport[] {
  const found: DivergenceReport[] = []
  let next = comparison.divergence(-1)
  while (next !== null && found.length < most) {
    const { row, call, groups, causes, explanation } = next
    found.push({ row, file: call.file, line: call.line, text: call.text, groups, causes, explanation })
    next = comparison.divergence(row)
  }
  return found
}
