/** All machines after the same call, side by side. */
import type { TraceQuery } from '../query.ts'
import { OBJECT } from '../replica/objects.ts'
import type { State } from '../replica.ts'
import { FIELDS, LEVEL_NAMES, OBJ } from '../schema.ts'
import { EVENT_NAMES } from '../names.ts'
import type { FieldView, MmView } from '../views.ts'
import { knownBytes, knownWeights } from './known.ts'
import { eventsOf, MECHANISMS, nsOf } from './mechanisms.ts'
import type { Totals, TotalsIndex } from './totals.ts'
import type { CompareCount, CompareLevel, CompareStep, CompareValue, ProcessRef } from './views.ts'

const PROCESS_MM = FIELDS.process.indexOf('mm')
const MAX_PROCESSES = 200

/** One machine of a step. */
export interface StepMachine {
  query: TraceQuery
  totals: TotalsIndex
  /** Index of the call of this row, −1: not made. */
  call: number
  /** Index of the last call made by then, −1: none. */
  upTo: number
}

type Sides = Omit<CompareStep, 'row' | 'call'>

/** `pid` 0: the process that made the call, else the last one that lives. */
export function stepOf(machines: readonly StepMachine[], pid: number): Sides {
  const ks = machines.map(lastEvent)
  const lists = machines.map(({ query }, i) => processesOf(query, query.replica.at(ks[i])))
  const processes = union(lists)
  const process = choose(machines, lists, processes, pid)
  const mm = lists.map((list) => list.find((one) => one.pid === process?.pid)?.mm ?? 0)
  const states = machines.map(({ query }, i) => query.state(ks[i], { mm: mm[i], cpu: -1, vmas: 0 }))
  const mms = states.map(({ mms: [view] }): MmView | null => view ?? null)
  return {
    process,
    processes,
    k: ks,
    mm,
    time: machines.map(({ totals }, i) => sum(totals.upTo(ks[i]).ns)),
    fields: valuesOf(mms.map((view) => view?.fields ?? [])),
    machine: valuesOf(states.map((state) => state.machine)),
    levels: levelsOf(mms),
    bytes: machines.map(({ query }, i) => bytesOf(query, ks[i], mm[i], mms[i])),
    ...countsOf(machines, ks),
  }
}

function lastEvent({ query, upTo }: StepMachine): number {
  const { ops } = query.trace
  return upTo < 0 ? -1 : query.trace.eventOf(ops.last(ops.opAt(upTo)))
}

interface ProcessAt extends ProcessRef {
  mm: number
  alive: boolean
}

function processesOf(query: TraceQuery, { objects }: State): ProcessAt[] {
  const list: ProcessAt[] = []
  objects.forEach(OBJ.process, (pid) => {
    list.push({
      pid,
      name: query.trace.text(objects.head(OBJ.process, pid, OBJECT.name)),
      mm: objects.lo(OBJ.process, pid, PROCESS_MM) || objects.head(OBJ.process, pid, OBJECT.owner),
      alive: objects.head(OBJ.process, pid, OBJECT.alive) === 1,
    })
  })
  return list.slice(-MAX_PROCESSES)
}

function union(lists: readonly ProcessAt[][]): ProcessRef[] {
  const all = new Map<number, ProcessRef>()
  for (const { pid, name } of lists.flat()) if (!all.has(pid)) all.set(pid, { pid, name })
  return [...all.values()].sort((a, b) => a.pid - b.pid)
}

function choose(
  machines: readonly StepMachine[],
  lists: readonly ProcessAt[][],
  all: readonly ProcessRef[],
  pid: number,
): ProcessRef | null {
  const find = (wanted: number) => all.find((one) => one.pid === wanted) ?? null
  if (pid !== 0) return find(pid)
  const caller = machines
    .filter(({ call }) => call >= 0)
    .map(({ query: { trace }, call }) => trace.ops.process(trace.ops.opAt(call)))
    .find((one) => one !== 0 && find(one) !== null)
  const living = lists.flat().findLast((one) => one.alive)
  return find(caller ?? living?.pid ?? all.at(-1)?.pid ?? 0)
}

/** Fields of the same name side by side, in the order of the first machine that has them. */
function valuesOf(lists: readonly (readonly FieldView[])[]): CompareValue[] {
  const rows = new Map<string, CompareValue>()
  lists.forEach((fields, i) => {
    for (const { name, unit, doc, value } of fields) {
      let row = rows.get(name)
      if (row === undefined)
        rows.set(name, (row = { name, unit, doc, values: lists.map(() => null), differs: false }))
      row.values[i] = value
    }
  })
  return [...rows.values()].map((row) => ({ ...row, differs: new Set(row.values).size > 1 }))
}

function levelsOf(mms: readonly (MmView | null)[]): CompareLevel[] {
  return LEVEL_NAMES.flatMap((level): CompareLevel[] => {
    const found = mms.map((view) => view?.tables.perLevel.find((one) => one.level === level) ?? null)
    if (found.every((one) => one === null)) return []
    const tables = found.map((one) => one?.tables ?? null)
    const bytes = found.map((one) => one?.bytes ?? null)
    return [{ level, tables, bytes, differs: new Set(tables).size > 1 || new Set(bytes).size > 1 }]
  })
}

function bytesOf(
  query: TraceQuery,
  k: number,
  mm: number,
  view: MmView | null,
): CompareStep['bytes'][number] {
  if (view === null) return null
  const weights = knownWeights(query.trace.header, query.arch.pageShift)
  const known = knownBytes(query.replica.at(k), weights, mm)
  return { tables: view.tables.bytes, known, hidden: view.tables.bytes - known }
}

function countsOf(
  machines: readonly StepMachine[],
  ks: readonly number[],
): Pick<CompareStep, 'events' | 'costs'> {
  const here = machines.map(({ query: { trace }, call, totals }) => {
    if (call < 0) return null
    const op = trace.ops.opAt(call)
    return totals.between(trace.ops.first(op), trace.ops.last(op))
  })
  const upTo = machines.map(({ totals }, i) => totals.upTo(ks[i]))
  const row = (name: string, of: (totals: Totals) => number, source?: string): CompareCount => {
    const counts = {
      name,
      here: here.map((totals) => (totals === null ? 0 : of(totals))),
      upTo: upTo.map(of),
      ...(source === undefined ? {} : { source }),
    }
    return { ...counts, differs: new Set(counts.here).size > 1 || new Set(counts.upTo).size > 1 }
  }
  const happened = ({ upTo: numbers }: CompareCount) => numbers.some((count) => count !== 0)
  return {
    events: EVENT_NAMES.map((name, i) => row(name, ({ counts }) => counts[i])).filter(happened),
    costs: MECHANISMS.filter((one) => upTo.some((totals) => eventsOf(one, totals) > 0)).map((one) =>
      row(one.what, (totals) => nsOf(one, totals), one.source),
    ),
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}
