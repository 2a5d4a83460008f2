/** Costs by kind of event, for sums over many events. */
import { FAULT, FLUSH, KIND } from '../schema.ts'
import { UNIT_COSTS } from './units.ts'
import type { UnitCost } from './units.ts'

/** The part of a cost that sums need. */
export type KindCost = Pick<UnitCost, 'kind' | 'ns' | 'nsPerUnit'>

const FLUSH_SCOPE = 3
/** Pages of a block by its order: exponentiation is slow where every event counts. */
const POWERS = Array.from({ length: 32 }, (_, order) => 2 ** order)

/** What each event costs, in nanoseconds. */
export class CostTable {
  private readonly base = new Float64Array(256)
  private readonly perUnit = new Float64Array(256)

  constructor(costs: readonly KindCost[] = UNIT_COSTS) {
    for (const { kind, ns, nsPerUnit } of costs) {
      if (kind === null) continue
      this.base[kind] = ns
      this.perUnit[kind] = nsPerUnit
    }
  }

  /** Of the record that begins at words[at]. */
  of(words: Uint32Array, at: number): number {
    const kind = words[at] & 0xff
    const perUnit = this.perUnit[kind]
    if (perUnit === 0) return this.base[kind]
    return this.base[kind] + perUnit * unitsOf(words, at)
  }
}

/** Units that an event of a kind stands for by itself. */
export function unitsOfEvent(kind: number): number {
  return kind === KIND.MM_PAGE_ALLOC ? 1 : 0
}

/** All units of the record that begins at words[at]. */
export function unitsOf(words: Uint32Array, at: number): number {
  return unitsOfEvent(words[at] & 0xff) + furtherUnits(words, at)
}

/** Kinds of which a record may cover further units. */
export const MAY_COVER = new Uint8Array(256)
for (const { kind, unit } of UNIT_COSTS) if (kind !== null && unit !== '') MAY_COVER[kind] = 1

/** Units that the record at words[at] covers, entries or pages, beyond those its kind stands for. */
export function furtherUnits(words: Uint32Array, at: number): number {
  switch (words[at] & 0xff) {
    case KIND.COPY_PTES:
    case KIND.ZAP_PTES:
      return words[at + 5]
    case KIND.MM_PAGE_ALLOC:
      return (POWERS[words[at] >>> 16] ?? 1) - 1
    case KIND.MM_PAGE_FREE:
      // The event itself stands for the first page.
      return Math.max(0, words[at + 4] - 1)
    case KIND.FAULT_DONE:
      return words[at + 1] >>> 24 === FAULT.cowCopy ? 1 : 0
    case KIND.TLB_FLUSH:
      return furtherPages(words, at)
    default:
      return 0
  }
}

function furtherPages(words: Uint32Array, at: number): number {
  const scope = (words[at + 1] >>> 24) & FLUSH_SCOPE
  if (scope === FLUSH.all || scope === FLUSH.tag) return 0
  return Math.max(0, Math.ceil(words[at + 6] / POWERS[words[at + 7] & 31]) - 1)
}
