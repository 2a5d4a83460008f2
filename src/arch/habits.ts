/** What each habit means, in words for people. */
import type { Habit } from './variant.ts'

export const HABITS: Readonly<Record<Habit, string>> = {
  'crst-upgrade': 'an address space gets another level on top when a mapping needs it',
  'pae-prealloc-pmds': 'PMD tables come with the pgd and stay until the process ends',
  'pti-user-root': 'a second root page is the one used while in user mode',
  'lpae-kernel-pmd': 'each pgd has a PMD table of its own for kernel addresses',
  'first-user-table': 'tables below FIRST_USER_ADDRESS belong to the pgd',
  'pte-fragments': 'several tables share one page',
  'vmalloc-seq': 'kernel entries are copied when a sequence number shows that they are old',
  'hash-page-table': 'the MMU reads a hash table; the tree is for Linux alone',
  'software-refill': 'the kernel, not the MMU, walks the tables after a TLB miss',
  'invalid-tables': 'empty upper entries point to a table of empty entries',
  'pointer-tables': 'tables smaller than a page come from a pool of their own',
  'nocache-pool': 'pages that hold tables are mapped uncached',
  'hardware-copy': 'the MMU reads its own copy of each entry, beside the Linux one',
  'root-trampoline': 'the CPU enters through a small root of its own, rewritten at a switch',
  'host-mmap': 'the tables are applied to a host process with mmap',
}
