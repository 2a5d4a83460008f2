/**
 * The huge zero page: allocated when first needed, shared by everybody (get_huge_zero_folio, mm/huge_memory.c, 6.12).
 */
import { makeFolio } from '../hw/folio.ts'
import { MACHINE } from '../pgtable/fields.ts'
import { PAGE } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'

/** First frame of the huge zero page, or −1 when memory is out. Never given back, as the shrinker is not modelled. */
export function hugeZeroPage(kernel: Kernel): number {
  if (kernel.hugeZero >= 0) return kernel.hugeZero
  const folio = kernel.memory.allocPages(kernel.arch.hpageOrder, PAGE.zero)
  if (folio < 0) return -1
  makeFolio(kernel.memory.frames, folio, kernel.arch.hpageOrder)
  kernel.hugeZero = folio
  kernel.vmstat.add(MACHINE.thp_zero_page_alloc, 1)
  return folio
}

export function isHugeZero(kernel: Kernel, folio: number): boolean {
  return folio === kernel.hugeZero
}
