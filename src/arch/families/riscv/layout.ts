/** Kernel virtual memory map of RISC-V (Documentation/arch/riscv/vm-layout.rst of 6.12). */
import { region } from '../../make.ts'
import type { Region } from '../../variant.ts'

const top: Region[] = [
  region('modules and BPF', 0xffffffff00000000n, 0xffffffff7fffffffn, 'loadable modules, BPF', true),
  region('kernel', 0xffffffff80000000n, 0xffffffffffffffffn, 'kernel image'),
]

const sv39: Region[] = [
  region('user', 0n, 0x3fffffffffn, 'user space'),
  region('fixmap', 0xffffffc4fea00000n, 0xffffffc4feffffffn, 'fixed addresses', true),
  region('pci io', 0xffffffc4ff000000n, 0xffffffc4ffffffffn, 'PCI I/O', true),
  region('vmemmap', 0xffffffc500000000n, 0xffffffc5ffffffffn, 'struct page array'),
  region('vmalloc', 0xffffffc600000000n, 0xffffffd5ffffffffn, 'vmalloc and ioremap'),
  region('direct map', 0xffffffd600000000n, 0xfffffff5ffffffffn, 'physical memory'),
  region('kasan', 0xfffffff700000000n, 0xfffffffeffffffffn, 'KASAN shadow'),
  ...top,
]

const sv48: Region[] = [
  region('user', 0n, 0x7fffffffffffn, 'user space'),
  region('fixmap', 0xffff8d7ffea00000n, 0xffff8d7ffeffffffn, 'fixed addresses', true),
  region('pci io', 0xffff8d7fff000000n, 0xffff8d7fffffffffn, 'PCI I/O', true),
  region('vmemmap', 0xffff8d8000000000n, 0xffff8f7fffffffffn, 'struct page array'),
  region('vmalloc', 0xffff8f8000000000n, 0xffffaf7fffffffffn, 'vmalloc and ioremap'),
  region('direct map', 0xffffaf8000000000n, 0xffffef7fffffffffn, 'physical memory'),
  region('kasan', 0xffffef8000000000n, 0xfffffffeffffffffn, 'KASAN shadow'),
  ...top,
]

const sv57: Region[] = [
  region('user', 0n, 0xffffffffffffffn, 'user space; above 47 bits only with an address hint'),
  region('fixmap', 0xff1bfffffea00000n, 0xff1bfffffeffffffn, 'fixed addresses', true),
  region('pci io', 0xff1bffffff000000n, 0xff1bffffffffffffn, 'PCI I/O', true),
  region('vmemmap', 0xff1c000000000000n, 0xff1fffffffffffffn, 'struct page array'),
  region('vmalloc', 0xff20000000000000n, 0xff5fffffffffffffn, 'vmalloc and ioremap'),
  region('direct map', 0xff60000000000000n, 0xffdeffffffffffffn, 'physical memory'),
  region('kasan', 0xffdf000000000000n, 0xfffffffeffffffffn, 'KASAN shadow'),
  ...top,
]

export const riscvLayouts: Record<string, Region[]> = {
  'riscv64-sv39': sv39,
  'riscv64-sv48': sv48,
  'riscv64-sv57': sv57,
}
