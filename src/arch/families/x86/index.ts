import type { Variant } from '../../variant.ts'
import { x86Long } from './long.ts'
import { x86Short } from './short.ts'

export const x86: Variant[] = [...x86Short, ...x86Long]
