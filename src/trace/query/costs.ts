/** What a run cost up to an event, by mechanism and by CPU, and the formulas it can be held against. */
import { formulas } from '../cost/formulas.ts'
import type { Counted } from '../cost/formulas.ts'
import type { CostMeter } from '../cost/meter.ts'
import { costTotals, nsOf } from '../cost/totals.ts'
import { UNIT_COSTS } from '../cost/units.ts'
import type { AppliedCost } from '../cost/units.ts'
import { OBJECT } from '../replica/objects.ts'
import type { State } from '../replica/state.ts'
import { TABLE, TABLE_KERNEL } from '../replica/tables.ts'
import { OBJ } from '../schema.ts'
import type { CostView } from '../views.ts'
import { levelOfTable, parentOf, tableSummary } from './tables.ts'

export function costView(state: State, meter: CostMeter, costs: readonly AppliedCost[], k: number): CostView {
  const totals = costTotals(meter, costs)
  const rows = costs.flatMap((cost, row) => {
    const { id, kind, what, ns, nsPerUnit, unit, source, by } = cost
    const sum = totals.byMechanism[id]
    const byCpu =
      kind === null ? [] : Array.from({ length: meter.cpus }, (_, cpu) => nsOf(meter, costs, row, cpu))
    const { events, units, ns: total } = sum ?? { events: 0, units: 0, ns: 0 }
    return [
      { id, what, counted: kind !== null, ns, nsPerUnit, unit, source, by, events, units, total, byCpu },
    ]
  })
  return {
    k,
    rows,
    total: totals.ns,
    byCpu: totals.byCpu,
    formulas: formulas(countedIn(state, meter), costs),
  }
}

function countedIn(state: State, meter: CostMeter): Counted {
  const living: number[] = []
  state.objects.forEach(OBJ.mm, (id) => {
    if (state.objects.head(OBJ.mm, id, OBJECT.alive) === 1) living.push(id)
  })
  const summaries = living.map((mm) => tableSummary(state, mm))
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  return {
    newTopEntries: kernelTopEntries(state),
    mms: living.length,
    switches: events(meter, 'switch'),
    vmNormalPage: events(meter, 'pageCopy') + units(meter, 'copyEntries') + units(meter, 'clearEntries'),
    tableBytes: sum(summaries.map(({ bytes }) => bytes)),
    countedBytes: sum(summaries.map(({ countedBytes }) => countedBytes)),
    ...fragments(state),
    pageSize: state.arch.pageSize,
  }
}

function events(meter: CostMeter, id: string): number {
  return sumRow(meter, meter.events, id)
}

function units(meter: CostMeter, id: string): number {
  return sumRow(meter, meter.units, id)
}

function sumRow({ cpus }: CostMeter, cells: Float64Array, id: string): number {
  const row = UNIT_COSTS.findIndex((each) => each.id === id)
  return cells.subarray(row * cpus, (row + 1) * cpus).reduce((sum, value) => sum + value, 0)
}

/** Entries of the kernel's half in the top table that has most of them. */
function kernelTopEntries(state: State): number {
  const { tables, arch } = state
  let most = 0
  tables.records.forEach((id) => {
    if (parentOf(state, id) !== 0 || levelOfTable(state, id)?.depth !== 0) return
    const isKernel = (tables.word(id, TABLE.flags) & TABLE_KERNEL) !== 0
    let count = 0
    tables.forEachEntry(id, (index) => {
      if (isKernel || index >= arch.userTopEntries) count++
    })
    most = Math.max(most, count)
  })
  return most
}

/** Pages that hold tables smaller than a page, and the bytes of those. */
function fragments(state: State): { fragmentPages: number; fragmentBytes: number } {
  const frames = new Set<number>()
  let bytes = 0
  state.tables.records.forEach((id) => {
    if ((levelOfTable(state, id)?.perPage ?? 1) <= 1) return
    frames.add(state.tables.word(id, TABLE.frame))
    bytes += state.tables.word(id, TABLE.bytes)
  })
  return { fragmentPages: frames.size, fragmentBytes: bytes }
}
