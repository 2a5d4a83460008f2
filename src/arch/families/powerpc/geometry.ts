/** Every powerpc geometry. */
import type { Described } from '../../make.ts'
import { described as d0 } from './geometry-book3s32.ts'
import { described as d1 } from './geometry-8xx.ts'
import { described as d2 } from './geometry-44x.ts'
import { described as d3 } from './geometry-e500.ts'
import { described as d4 } from './geometry-book3s64.ts'

export const described: Described[] = [...d0, ...d1, ...d2, ...d3, ...d4]
