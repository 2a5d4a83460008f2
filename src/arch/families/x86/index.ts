import type { Variant } from '../../variant.ts'
import { x86Long } from './long.ts'
import { x86Short } from './short.ts'

/** All select HAVE_MOVE_PMD and HAVE_MOVE_PUD (arch/x86/Kconfig). */
export const x86: Variant[] = [
  ...x86Short,
  ...x86Long.map((variant) => ({ ...variant, sharesHugePmds: true })),
].map((variant) => ({ ...variant, haveMovePmd: true, haveMovePud: true }))
