/** Kernel virtual memory map of x86 (Documentation/arch/x86/x86_64/mm.rst; 32-bit: pgtable_32_areas.h). */
import { region } from '../../make.ts'
import type { Region } from '../../variant.ts'

const top: Region[] = [
  region(
    'cpu_entry_area',
    0xfffffe0000000000n,
    0xfffffe7fffffffffn,
    'entry stacks, IDT and TSS of every CPU; visible to user mode under PTI',
  ),
  region('espfix', 0xffffff0000000000n, 0xffffff7fffffffffn, '%esp fixup stacks for 16-bit stack segments'),
  region('efi', 0xffffffef00000000n, 0xfffffffeffffffffn, 'EFI runtime services'),
  region('kernel text', 0xffffffff80000000n, 0xffffffff9fffffffn, 'kernel image (__START_KERNEL_map)', true),
  region('modules', 0xffffffffa0000000n, 0xfffffffffeffffffn, 'loadable modules', true),
  region('fixmap', 0xffffffffff000000n, 0xffffffffff5fffffn, 'compile-time fixed virtual addresses', true),
  region('vsyscall', 0xffffffffff600000n, 0xffffffffff600fffn, 'legacy vsyscall page'),
]

export const layout4: Region[] = [
  region('user', 0n, 0x7fffffffffffn, 'user space; the last page is never mapped (TASK_SIZE_MAX)'),
  region(
    'non-canonical',
    0x800000000000n,
    0xffff7fffffffffffn,
    'addresses whose upper bits do not repeat bit 47',
  ),
  region(
    'hypervisor guard',
    0xffff800000000000n,
    0xffff87ffffffffffn,
    'guard hole, reserved for a hypervisor',
  ),
  region('ldt', 0xffff880000000000n, 0xffff887fffffffffn, 'LDT remap for PTI'),
  region(
    'direct map',
    0xffff888000000000n,
    0xffffc87fffffffffn,
    'all physical memory (page_offset_base)',
    true,
  ),
  region('vmalloc', 0xffffc90000000000n, 0xffffe8ffffffffffn, 'vmalloc and ioremap (vmalloc_base)', true),
  region('vmemmap', 0xffffea0000000000n, 0xffffeaffffffffffn, 'struct page array (vmemmap_base)', true),
  region('kasan', 0xffffec0000000000n, 0xfffffbffffffffffn, 'KASAN shadow'),
  ...top,
]

export const layout5: Region[] = [
  region('user', 0n, 0xffffffffffffffn, 'user space; above 47 bits only with an address hint'),
  region(
    'non-canonical',
    0x100000000000000n,
    0xfeffffffffffffffn,
    'addresses whose upper bits do not repeat bit 56',
  ),
  region(
    'hypervisor guard',
    0xff00000000000000n,
    0xff0fffffffffffffn,
    'guard hole, reserved for a hypervisor',
  ),
  region('ldt', 0xff10000000000000n, 0xff10ffffffffffffn, 'LDT remap for PTI'),
  region(
    'direct map',
    0xff11000000000000n,
    0xff90ffffffffffffn,
    'all physical memory (page_offset_base)',
    true,
  ),
  region('vmalloc', 0xffa0000000000000n, 0xffd1ffffffffffffn, 'vmalloc and ioremap (vmalloc_base)', true),
  region('vmemmap', 0xffd4000000000000n, 0xffd5ffffffffffffn, 'struct page array (vmemmap_base)', true),
  region('kasan', 0xffdf000000000000n, 0xfffffbffffffffffn, 'KASAN shadow'),
  ...top,
]

/** VMSPLIT_3G with 896 MiB of lowmem. */
export const layout32: Region[] = [
  region('user', 0n, 0xbfffffffn, 'user space (TASK_SIZE = PAGE_OFFSET)'),
  region('direct map', 0xc0000000n, 0xf7ffffffn, 'low memory', true),
  region('vmalloc', 0xf8800000n, 0xff7fdfffn, 'vmalloc and ioremap, from high_memory + 8 MiB', true),
  region('pkmap', 0xff800000n, 0xffbfffffn, 'permanent kmaps of highmem', true),
  region('fixmap', 0xffc00000n, 0xffffefffn, 'fixed addresses and temporary kmaps', true),
]
