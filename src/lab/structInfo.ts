/** The layouts of mm_struct as scenarios read them. */
import type { StructLayout } from '../trace/layout/struct.ts'
import type { StructInfo } from './api.ts'
import { LabError } from './errors.ts'

export function structInfo({ fields, units }: StructLayout): StructInfo {
  return Object.freeze({
    fields: Object.freeze(fields.map(({ name }) => name)),
    units: Object.freeze(
      units.map(({ unit, includes, sawFolded, bytes }) =>
        Object.freeze({ name: unit, includes, sawFolded, bytes }),
      ),
    ),
    offset(field: string, unit = units[0].unit): number | null {
      const slot = fields.findIndex(({ name }) => name === field)
      const found = units.find((each) => each.unit === unit)
      if (found === undefined)
        throw new LabError(
          `mmStruct.offset: no unit '${unit}'; there are ${units.map((u) => u.unit).join(', ')}`,
        )
      return slot < 0 || found.offsets[slot] < 0 ? null : found.offsets[slot]
    },
  })
}
