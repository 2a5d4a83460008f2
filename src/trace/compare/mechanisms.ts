/** Simulated time by mechanism, as the unit costs name them. */
import { UNIT_COSTS } from '../time.ts'
import type { Totals } from './totals.ts'

export interface Mechanism {
  what: string
  source: string
  kinds: number[]
}

/** Each mechanism once, with the kinds of events it is counted by. */
export const MECHANISMS: readonly Mechanism[] = [
  ...UNIT_COSTS.reduce((found, { what, source, kind }) => {
    if (kind === null) return found
    const known = found.get(what)
    if (known) known.kinds.push(kind)
    else found.set(what, { what, source, kinds: [kind] })
    return found
  }, new Map<string, Mechanism>()).values(),
]

export function nsOf({ kinds }: Mechanism, totals: Totals): number {
  return kinds.reduce((sum, kind) => sum + totals.ns[kind], 0)
}

export function eventsOf({ kinds }: Mechanism, totals: Totals): number {
  return kinds.reduce((sum, kind) => sum + totals.kinds[kind], 0)
}
