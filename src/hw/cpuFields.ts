/** Field numbers of FIELDS.cpu that the hardware writes. */
import { FIELDS } from '../trace/schema.ts'

export const CPU = { is_lazy: FIELDS.cpu.indexOf('is_lazy') } as const
