/**
 * vm_normal_page (mm/memory.c, 6.12; DIGEST B.2.2): the page that an entry owns a reference of, or −1.
 */
import type { Kernel } from './kernel.ts'
import type { Vma } from './vma.ts'

export function vmNormalPage(kernel: Kernel, _vma: Vma, _vpn: number, lo: number, hi: number): number {
  const { pte } = kernel.arch
  if (kernel.arch.hasPteSpecial) return pte.isSpecial(lo, hi) ? -1 : pte.pfn(lo, hi)
  const frame = pte.pfn(lo, hi)
  return frame === kernel.memory.zeroFrame ? -1 : frame
}
