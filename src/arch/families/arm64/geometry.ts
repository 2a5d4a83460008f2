/** Every arm64 geometry. */
import type { Described } from '../../make.ts'
import { described as d0 } from './geometry-4k.ts'
import { described as d1 } from './geometry-16k.ts'
import { described as d2 } from './geometry-64k.ts'

export const described: Described[] = [...d0, ...d1, ...d2]
