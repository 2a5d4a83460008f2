/** Bytes of page tables that the modelled kernel knows of: the OOM killer's term. */
import { FIELDS, OBJ } from '../schema.ts'
import type { State } from '../replica/state.ts'
import { signed } from '../samples.ts'
import type { MachineHeader } from '../schema.ts'

const NAMES: readonly string[] = FIELDS.mm
const OWN = NAMES.indexOf('accounted_bytes')
const BYTES = NAMES.indexOf('pgtables_bytes')
const TABLES = ['nr_ptes', 'nr_pmds', 'nr_puds'].map((name) => NAMES.indexOf(name))

/**
 * What one unit of each mm field adds, by field number. Counters that a kernel does not have stay at zero, so that one
 * sum serves all; before 4.15 the OOM killer took every table for a page. A scenario's own alternative says the sum itself.
 */
export function knownWeights(header: MachineHeader, pageShift: number): Float64Array {
  const weights = new Float64Array(NAMES.length)
  if (header.own?.accounting !== undefined) {
    weights[OWN] = 1
    return weights
  }
  weights[BYTES] = 1
  for (const field of TABLES) weights[field] = 2 ** pageShift
  return weights
}

export function knownBytes(state: State, weights: Float64Array, mm: number): number {
  let bytes = 0
  weights.forEach((weight, field) => {
    if (weight > 0)
      bytes += weight * signed(state.objects.lo(OBJ.mm, mm, field), state.objects.hi(OBJ.mm, mm, field))
  })
  return bytes
}
