/** How numbers of the trace are written: addresses, 64-bit values, fields in their units. */
import { FIELD_DOCS } from './fields.ts'
import type { FieldUnit } from './fields.ts'
import { fieldName } from './names.ts'
import { OBJ_NAMES } from './schema.ts'

export function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`
}

/** An unsigned 64-bit value. */
export function word64(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)
}

/** A raw entry as the kernel prints it: 16 digits, or 8 where entries have 32 bits. */
export function rawEntry(lo: number, hi: number, entryBytes: number): string {
  const low = (lo >>> 0).toString(16).padStart(8, '0')
  return entryBytes <= 4 ? `0x${low}` : `0x${(hi >>> 0).toString(16).padStart(8, '0')}${low}`
}

/** A raw entry without leading zeros beyond four digits, for running text. */
export function shortEntry(lo: number, hi: number): string {
  return `0x${word64(lo, hi).toString(16)}`
}

/** Address of a page number. */
export function pageAddress(vpnLo: number, vpnHi: number, pageShift: number): string {
  return hex(
    (((BigInt(vpnHi & 0xfffff) << 32n) | BigInt(vpnLo >>> 0)) << BigInt(pageShift)) & 0xffff_ffff_ffff_ffffn,
  )
}

export function unitOf(obj: number, field: number): FieldUnit {
  return FIELD_DOCS[OBJ_NAMES[obj]]?.[fieldName(obj, field)]?.unit ?? 'count'
}

/** Value of a field in its unit. */
export function fieldValue(unit: FieldUnit, lo: number, hi: number, pageShift: number): string {
  if (unit === 'address') return pageAddress(lo, hi, pageShift)
  if (unit === 'frame' || unit === 'flags' || unit === 'mask') return hex(word64(lo, hi))
  if (unit === 'bool') return lo === 0 && hi === 0 ? 'false' : 'true'
  return BigInt.asIntN(64, word64(lo, hi)).toString()
}

/** A change as the panels show it: '+3' for quantities, 'old → new' for the rest. */
export function fieldChange(unit: FieldUnit, w: readonly number[], pageShift: number): string {
  const [oldLo, oldHi, newLo, newHi] = w
  if (unit === 'count' || unit === 'pages' || unit === 'bytes') {
    const delta = BigInt.asIntN(64, word64(newLo, newHi) - word64(oldLo, oldHi))
    return delta < 0n ? `−${-delta}` : `+${delta}`
  }
  return `${fieldValue(unit, oldLo, oldHi, pageShift)} → ${fieldValue(unit, newLo, newHi, pageShift)}`
}
