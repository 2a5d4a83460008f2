/** Which kernel mechanism decides a field: where to look when a machine and a record differ. */
import type { Operation } from './schema.ts'

const BY_OPERATION: Record<string, string> = {
  mmap: 'get_unmapped_area, vma_merge',
  munmap: 'free_pgtables floor/ceiling',
  mprotect: 'change_protection, vma_modify',
  mremap: 'move_page_tables',
  madvise: 'madvise (zap keeps tables)',
  touch: 'handle_mm_fault',
  fork: 'copy_page_range (vma_needs_copy)',
  exit: 'exit_mmap',
}

const BY_FIELD: Record<string, string> = {
  ret: 'the system call itself',
  signal: 'access_error, bad_area',
  readSum: 'contents of the pages read (copy on write)',
  vmSizeKb: 'vm_stat_account',
  vmDataKb: 'vm_stat_account (data_vm)',
  vmStkKb: 'vm_stat_account (stack_vm)',
  vmExeKb: 'task_mem: text',
  vmLibKb: 'vm_stat_account (exec_vm)',
  vmLckKb: 'locked_vm',
  vmas: 'vma merge and split',
  perms: 'vm_flags',
  flags: 'vm_flags',
  off: 'vm_pgoff',
  name: 'show_map_vma',
  rssKb: 'zap and fault: which entries are present',
  anonKb: 'zap and fault: which pages are anonymous',
  referencedKb: 'pte young bit (clear on fork, set on access)',
  nrPageTablePages: 'pagetable constructors (NR_PAGETABLE)',
  hugePagesFree: 'hugetlb pool',
  hugePagesRsvd: 'hugetlb reservations',
  dmesg: 'check_mm',
  thpDelta: 'transparent huge pages',
  page: 'copy or reuse (do_wp_page)',
  mc: 'rmap: mapcount',
  k: 'kind of page',
}

/** `field`: the last part of its path. */
export function mechanismOf(field: string, op: Operation | null): string {
  const byOperation = op === null ? 'execve: the baseline' : (BY_OPERATION[op.op] ?? op.op)
  if (field === 'vmpteKb') return op === null ? 'p?d_alloc accounting' : `${byOperation}; p?d_alloc accounting`
  if (field === 'minflt') return op?.op === 'touch' ? 'do_anonymous_page, do_wp_page, access-flag faults' : byOperation
  if (field === 'f') return op?.op === 'fork' ? 'copy_present_pte, settle' : 'pte bits: present, exclusive, soft-dirty'
  if (field.endsWith('Kb') && /^(priv|shared)/.test(field)) return 'pte dirty bit and mapcount'
  return BY_FIELD[field] ?? byOperation
}
