/** mm_struct as the compilation units of the traced kernel see it, and who hit whose fields up to an event. */
import { firstShift } from '../layout/struct.ts'
import { KIND } from '../schema.ts'
import type { Trace } from '../trace.ts'
import type { EventRow, LayoutView } from '../views.ts'

/** Corruptions that are listed; their number is told in any case. */
const MOST = 100

/** Null for a trace that does not know (saved by an older ptlab). `hits` are the FIELD_CORRUPT events, from the first on. */
export function layoutView(trace: Trace, k: number, hits: (count: number) => EventRow[]): LayoutView | null {
  const { layout } = trace.header
  if (layout === undefined) return null
  const rows = trace.counts[KIND.FIELD_CORRUPT] === 0 ? [] : hits(MOST).filter((row) => row.k <= k)
  return {
    struct: layout.struct,
    lock: layout.lock,
    source: layout.source,
    fields: layout.fields.map((field) => ({ ...field })),
    units: layout.units.map((unit) => ({
      ...unit,
      includes: [...unit.includes],
      chain: [...unit.chain],
      offsets: [...unit.offsets],
      shift: firstShift(layout, unit),
    })),
    hits: rows.map(({ k: at, text, line }) => ({ k: at, text, line })),
  }
}
