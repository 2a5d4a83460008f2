/** Architectures Linux once had. */
import type { Variant } from '../../variant.ts'
import { asia } from './asia.ts'
import { west } from './west.ts'

export const historicVariants: Variant[] = [...west, ...asia]

/** Removed architectures without an MMU: listed, never built. */
export const withoutMmu = [
  {
    id: 'blackfin',
    lastKernel: '4.16',
    note: 'no MMU: the page-table code was stubs (asm-generic/4level-fixup.h)',
  },
  {
    id: 'c6x',
    lastKernel: '5.11',
    note: 'no MMU: the page-table code was stubs (asm-generic/4level-fixup.h)',
  },
]
