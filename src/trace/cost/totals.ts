/** Simulated nanoseconds by mechanism and by CPU. */
import type { CostMeter } from './meter.ts'
import type { AppliedCost } from './units.ts'

export interface MechanismCost {
  events: number
  /** Pages, entries … as the unit cost says. */
  units: number
  ns: number
}

export interface CostTotals {
  ns: number
  /** Every mechanism that can be counted, by the id of its unit cost. */
  byMechanism: Record<string, MechanismCost>
  /** Nanoseconds of each CPU. */
  byCpu: number[]
}

/** `costs` in the order of UNIT_COSTS. */
export function costTotals(meter: CostMeter, costs: readonly AppliedCost[]): CostTotals {
  const byCpu = new Array<number>(meter.cpus).fill(0)
  const byMechanism: Record<string, MechanismCost> = {}
  costs.forEach(({ id, kind }, row) => {
    if (kind === null) return
    const sum = { events: 0, units: 0, ns: 0 }
    for (let cpu = 0; cpu < meter.cpus; cpu++) {
      const ns = nsOf(meter, costs, row, cpu)
      sum.events += meter.events[row * meter.cpus + cpu]
      sum.units += meter.units[row * meter.cpus + cpu]
      sum.ns += ns
      byCpu[cpu] += ns
    }
    byMechanism[id] = sum
  })
  return { ns: byCpu.reduce((sum, ns) => sum + ns, 0), byMechanism, byCpu }
}

/** Nanoseconds of one mechanism on one CPU. */
export function nsOf(meter: CostMeter, costs: readonly AppliedCost[], row: number, cpu: number): number {
  const cell = row * meter.cpus + cpu
  return meter.events[cell] * costs[row].ns + meter.units[cell] * costs[row].nsPerUnit
}
