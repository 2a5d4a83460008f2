/** mm_struct as the compilation units of the machine shown see it. */
import { signal } from '@preact/signals'
import type { Answers } from '../../src/host/protocol.ts'
import { position } from './position.ts'
import { createQuery } from './query.ts'
import { trace } from './runs.ts'
import { version } from './snapshots.ts'

export type Layout = NonNullable<Answers['layout']>
export type Unit = Layout['units'][number]

/** Set while the pane is in front: nothing is asked behind. */
export const layoutWatched = signal(false)

export const layoutQuery = createQuery('layout', () =>
  trace.value && layoutWatched.value
    ? { params: { ...trace.value, k: position.value }, version: version.value }
    : null,
)

/** A stretch of bytes of one unit's struct: a field, or a hole between two. */
export interface Stretch {
  /** Index in `fields`; -1: padding. */
  slot: number
  at: number
  bytes: number
}

/** The struct of a unit from byte 0 to its end, holes included. */
export function stretches({ fields }: Layout, unit: Unit): Stretch[] {
  const found: Stretch[] = []
  let end = 0
  unit.offsets.forEach((at, slot) => {
    if (at < 0) return
    if (at > end) found.push({ slot: -1, at: end, bytes: at - end })
    const { bytes } = fields[slot]
    found.push({ slot, at, bytes })
    end = at + bytes
  })
  if (unit.bytes > end) found.push({ slot: -1, at: end, bytes: unit.bytes - end })
  return found
}

/** Bytes by which a field of a unit lies elsewhere than in the first one; null where one of them has none. */
export function shiftOf({ units }: Layout, unit: Unit, slot: number): number | null {
  const [first] = units
  const [here, there] = [unit.offsets[slot], first?.offsets[slot] ?? -1]
  return here < 0 || there < 0 ? null : here - there
}

/** '4 bytes lower', or empty. */
export function shiftText(bytes: number | null): string {
  if (bytes === null || bytes === 0) return ''
  return `${Math.abs(bytes)} bytes ${bytes < 0 ? 'lower' : 'higher'}`
}

/** What is wrong with a unit, in a sentence; empty when it agrees with the first one. */
export function complaint(layout: Layout, unit: Unit): string {
  const [first] = layout.units
  if (first === undefined || (unit.bytes === first.bytes && unit.shift === null)) return ''
  const missing = layout.fields.find(
    ({ name }, slot) => name !== '' && unit.offsets[slot] < 0 !== first.offsets[slot] < 0,
  )
  const where =
    unit.shift === null
      ? ''
      : `${unit.shift.field} and all that follows lie ${shiftText(unit.shift.bytes)} than in ${first.unit}`
  const lacks =
    missing === undefined
      ? ''
      : ` ${missing.name} is not there${unit.offsets[layout.fields.indexOf(missing)] < 0 ? '' : ` in ${first.unit}`}.`
  return `${unit.unit}: ${where}.${lacks}`
}
