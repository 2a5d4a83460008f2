/** Every mips geometry. */
import type { Described } from '../../make.ts'
import { described as d0 } from './geometry-mips32.ts'
import { described as d1 } from './geometry-mips64-4k.ts'
import { described as d2 } from './geometry-mips64.ts'

export const described: Described[] = [...d0, ...d1, ...d2]
