/** Simulated time by mechanism: the unit costs that are counted by events. */
import { UNIT_COSTS } from '../cost/units.ts'
import type { Totals } from './totals.ts'

export interface Mechanism {
  what: string
  source: string
  kind: number
}

export const MECHANISMS: readonly Mechanism[] = UNIT_COSTS.flatMap(({ what, source, kind }) =>
  kind === null ? [] : [{ what, source, kind }],
)

export function nsOf({ kind }: Mechanism, totals: Totals): number {
  return totals.ns[kind]
}

export function eventsOf({ kind }: Mechanism, totals: Totals): number {
  return totals.kinds[kind]
}
