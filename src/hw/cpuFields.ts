/** Field numbers of FIELDS.cpu that the hardware writes. */
import { FIELDS } from '../trace/schema.ts'

export const CPU = {
  loaded_mm: FIELDS.cpu.indexOf('loaded_mm'),
  active_mm: FIELDS.cpu.indexOf('active_mm'),
  is_lazy: FIELDS.cpu.indexOf('is_lazy'),
  tag: FIELDS.cpu.indexOf('tag'),
} as const
