/** Kernel virtual memory map of arm64 (Documentation/arch/arm64/memory.rst, asm/memory.h of 6.12). */
import { GiB, MiB, region } from '../../make.ts'
import type { Region, Variant } from '../../variant.ts'

const TOP = 1n << 64n
const MODULES = 2n * GiB

/** struct page is 64 bytes: one page of vmemmap describes 64 pages. */
const STRUCT_PAGE_SHIFT = 6n

export function arm64Layout(variant: Variant): Region[] {
  const va = BigInt(variant.vaBits)
  const min = va <= 48n ? va : variant.pageShift === 14 ? 47n : 48n
  const pageOffset = TOP - (1n << va)
  const pageEnd = TOP - (1n << (min - 1n))
  const shift = BigInt(variant.pageShift) - STRUCT_PAGE_SHIFT
  const vmemmapSize = (pageEnd - pageOffset) >> shift
  const vmemmapEnd = TOP - GiB
  const vmemmapStart = vmemmapEnd - vmemmapSize
  const vmallocStart = pageEnd + MODULES
  return [
    region('user', 0n, variant.space.taskSize - 1n, 'user space (TTBR0)'),
    region('direct map', pageOffset, pageEnd - 1n, 'physical memory (PAGE_OFFSET … PAGE_END), TTBR1'),
    region('modules', pageEnd, vmallocStart - 1n, 'loadable modules (MODULES_VADDR)', true),
    region(
      'vmalloc',
      vmallocStart,
      vmemmapStart - 8n * MiB - 1n,
      'vmalloc, ioremap and the kernel image',
      true,
    ),
    region('vmemmap', vmemmapStart, vmemmapEnd - 1n, 'struct page array', true),
    region('fixmap and PCI I/O', vmemmapEnd, TOP - 1n, 'PCI I/O space, fixmap, guard regions', true),
  ]
}
