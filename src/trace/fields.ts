/**
 * What each field of the shown objects means, in one line, with its place in the kernel (6.12 unless said otherwise).
 * The unit says how the trace stores it and how it is shown.
 */
import type { FIELDS } from './schema.ts'
import type { ObjName } from './schema.ts'

/** `address`: stored as a page number, shown as an address. `frame`, `flags`, `mask`: shown in hexadecimal. */
export type FieldUnit = 'count' | 'pages' | 'bytes' | 'address' | 'frame' | 'flags' | 'mask' | 'id' | 'bool'

export interface FieldDoc {
  unit: FieldUnit
  doc: string
}

const MM = 'include/linux/mm_types.h:mm_struct'

const mm: Record<(typeof FIELDS.mm)[number], FieldDoc> = {
  mm_users: {
    unit: 'count',
    doc: `Users of the address space, threads included; at 0 exit_mmap runs (${MM})`,
  },
  mm_count: {
    unit: 'count',
    doc: `References to the structure itself; all mm_users together hold one (${MM})`,
  },
  map_count: { unit: 'count', doc: `Number of VMAs, limited by vm.max_map_count (${MM})` },
  total_vm: { unit: 'pages', doc: `Pages mapped, touched or not: VmSize (${MM})` },
  data_vm: {
    unit: 'pages',
    doc: `Private writable pages that are not stack: VmData (${MM}, mm/mmap.c:vm_stat_account)`,
  },
  exec_vm: { unit: 'pages', doc: `Executable pages that are not writable: VmExe and VmLib (${MM})` },
  stack_vm: { unit: 'pages', doc: `Stack pages, VM_GROWSDOWN or VM_GROWSUP: VmStk (${MM})` },
  locked_vm: { unit: 'pages', doc: `Pages locked by mlock: VmLck (${MM})` },
  pinned_vm: { unit: 'pages', doc: `Pages pinned for DMA: VmPin (${MM})` },
  rss_anon: { unit: 'pages', doc: `Resident anonymous pages, rss_stat[MM_ANONPAGES]: RssAnon (${MM})` },
  rss_file: { unit: 'pages', doc: `Resident file pages, rss_stat[MM_FILEPAGES]: RssFile (${MM})` },
  rss_shmem: {
    unit: 'pages',
    doc: `Resident shared-memory pages, rss_stat[MM_SHMEMPAGES]: RssShmem (${MM})`,
  },
  rss_swap: { unit: 'pages', doc: `Swap entries, rss_stat[MM_SWAPENTS]: VmSwap (${MM})` },
  pgtables_bytes: {
    unit: 'bytes',
    doc: `Bytes of PTE, PMD and PUD tables: VmPTE and the OOM score; since 4.15 (${MM}, mm_inc_nr_ptes)`,
  },
  nr_ptes: { unit: 'count', doc: 'PTE tables, before 4.15 (mm_struct.nr_ptes)' },
  nr_pmds: { unit: 'count', doc: 'PMD tables, 4.0 to 4.14 (mm_struct.nr_pmds)' },
  accounted_bytes: {
    unit: 'bytes',
    doc: "Page tables that a scenario's own accounting knows of: what its bytes() says. No kernel has this field",
  },
  nr_puds: { unit: 'count', doc: 'PUD tables, 4.15-rc only (mm_struct.nr_puds)' },
  hugetlb_usage: {
    unit: 'pages',
    doc: `Pages of hugetlb mappings, not part of the rss: HugetlbPages (${MM})`,
  },
  pgd: { unit: 'frame', doc: `Page frame of the top table; the kernel stores its address (${MM})` },
  mmap_base: {
    unit: 'address',
    doc: `Where mmap starts to search, top down unless the layout is the legacy one (${MM})`,
  },
  task_size: { unit: 'address', doc: `First address past user space (${MM})` },
  hiwater_rss: { unit: 'pages', doc: `Largest rss so far: VmHWM (${MM})` },
  hiwater_vm: { unit: 'pages', doc: `Largest total_vm so far: VmPeak (${MM})` },
  tlb_flush_pending: { unit: 'count', doc: `mmu_gathers open on this mm (${MM}, mm/mmu_gather.c)` },
  write_protect_seq: { unit: 'count', doc: `Odd while fork write-protects: makes GUP-fast retry (${MM})` },
  'context.ctx_id': {
    unit: 'id',
    doc: 'Number never used again, by which a CPU knows its TLB slot (arch/x86/include/asm/mmu.h)',
  },
  'context.tlb_gen': {
    unit: 'count',
    doc: 'Counts flushes; a CPU whose slot has a lower one must flush (arch/x86/include/asm/mmu.h)',
  },
  'context.id': {
    unit: 'flags',
    doc: 'ASID with its generation above, PID or context number; 0: none yet (asm/mmu.h:mm_context_t)',
  },
  'context.asce_limit': {
    unit: 'bytes',
    doc: 'First address past what the top table reaches (arch/s390/include/asm/mmu.h)',
  },
  'context.flush_count': {
    unit: 'count',
    doc: 'Flushes that run now; a CPU that switches to the mm waits (arch/s390/include/asm/mmu.h)',
  },
  'context.flush_mm': {
    unit: 'bool',
    doc: 'The mm is flushed when it is next used (arch/s390/include/asm/mmu.h)',
  },
  cpumask: { unit: 'mask', doc: 'CPUs that may hold translations of this mm, 0 to 63 (mm_cpumask)' },
  'cpumask[1]': { unit: 'mask', doc: 'CPUs 64 to 127 (mm_cpumask)' },
  'cpumask[2]': { unit: 'mask', doc: 'CPUs 128 to 191 (mm_cpumask)' },
  'cpumask[3]': { unit: 'mask', doc: 'CPUs 192 to 255 (mm_cpumask)' },
  brk: { unit: 'address', doc: `End of the heap (${MM})` },
  start_brk: { unit: 'address', doc: `Start of the heap (${MM})` },
  start_stack: { unit: 'address', doc: `Where the stack began (${MM})` },
  def_flags: {
    unit: 'flags',
    doc: `vm_flags that every new mapping gets, from mlockall(MCL_FUTURE) (${MM})`,
  },
  levels: {
    unit: 'count',
    doc: 'Levels of the page table, where it grows while the process runs (s390 crst_table_upgrade)',
  },
}

const VMSTAT = '/proc/vmstat, include/linux/vmstat.h'
const TLB_DEBUG = '/proc/vmstat with CONFIG_DEBUG_TLBFLUSH'

const machine: Record<(typeof FIELDS.machine)[number], FieldDoc> = {
  nr_page_table_pages: { unit: 'pages', doc: `Pages used by page tables, NR_PAGETABLE (${VMSTAT})` },
  nr_free_pages: { unit: 'pages', doc: `Free pages, NR_FREE_PAGES (${VMSTAT})` },
  pgfault: { unit: 'count', doc: `Page faults, minor and major (${VMSTAT})` },
  pgreuse: {
    unit: 'count',
    doc: `Write faults that reused the page instead of copying (${VMSTAT}, mm/memory.c:wp_page_reuse)`,
  },
  nr_anon_pages: { unit: 'pages', doc: `Anonymous pages mapped, NR_ANON_MAPPED (${VMSTAT})` },
  nr_file_pages: { unit: 'pages', doc: `Pages in the page cache, NR_FILE_PAGES (${VMSTAT})` },
  nr_shmem: { unit: 'pages', doc: `Shared-memory pages, NR_SHMEM (${VMSTAT})` },
  nr_tlb_remote_flush: { unit: 'count', doc: `Shootdowns sent to other CPUs (${TLB_DEBUG})` },
  nr_tlb_remote_flush_received: { unit: 'count', doc: `Shootdowns received (${TLB_DEBUG})` },
  nr_tlb_local_flush_all: { unit: 'count', doc: `Whole address spaces flushed locally (${TLB_DEBUG})` },
  nr_tlb_local_flush_one: { unit: 'count', doc: `Single pages flushed locally (${TLB_DEBUG})` },
  thp_fault_alloc: { unit: 'count', doc: `Faults that got a huge page (${VMSTAT})` },
  thp_fault_fallback: {
    unit: 'count',
    doc: `Faults that wanted a huge page and got a small one (${VMSTAT})`,
  },
  thp_split_pmd: { unit: 'count', doc: `Huge PMD entries split into PTEs (${VMSTAT})` },
  thp_zero_page_alloc: { unit: 'count', doc: `Huge zero pages allocated (${VMSTAT})` },
  thp_collapse_alloc: { unit: 'count', doc: `Huge pages allocated by khugepaged (${VMSTAT})` },
  nr_anon_transparent_hugepages: {
    unit: 'count',
    doc: `Anonymous huge pages that a huge entry maps, NR_ANON_THPS (${VMSTAT})`,
  },
  thp_file_alloc: { unit: 'count', doc: `Huge pages made for files in memory (${VMSTAT})` },
  thp_file_fallback: {
    unit: 'count',
    doc: `Huge pages for files that could not be had: small ones were used (${VMSTAT})`,
  },
  thp_file_mapped: { unit: 'count', doc: `Huge pages of files mapped by one entry (${VMSTAT})` },
  nr_shmem_hugepages: { unit: 'count', doc: `Huge pages of shared memory, NR_SHMEM_THPS (${VMSTAT})` },
  nr_shmem_pmdmapped: {
    unit: 'count',
    doc: `Huge pages of shared memory that some entry maps whole, NR_SHMEM_PMDMAPPED (${VMSTAT})`,
  },
  thp_split_page: { unit: 'count', doc: `Huge pages split into single pages (${VMSTAT})` },
  thp_deferred_split_page: {
    unit: 'count',
    doc: `Huge pages of which only part is mapped any more (${VMSTAT})`,
  },
  HugePages_Total: {
    unit: 'count',
    doc: 'Pages of the hugetlb pool (/proc/meminfo, hugetlb_report_meminfo)',
  },
  HugePages_Free: { unit: 'count', doc: 'Those that no mapping uses (/proc/meminfo)' },
  HugePages_Rsvd: { unit: 'count', doc: 'Free ones that are promised to mappings (/proc/meminfo)' },
}

const cpu: Record<(typeof FIELDS.cpu)[number], FieldDoc> = {
  loaded_mm: {
    unit: 'id',
    doc: 'mm whose page table the CPU uses (arch/x86/include/asm/tlbflush.h:cpu_tlbstate)',
  },
  active_mm: { unit: 'id', doc: 'mm that the running task uses or borrows (task_struct.active_mm)' },
  is_lazy: {
    unit: 'bool',
    doc: 'A kernel thread runs on a borrowed mm; shootdowns may skip the CPU (cpu_tlbstate_shared.is_lazy)',
  },
  tag: { unit: 'id', doc: 'ASID or PCID in use: x86 keeps 6 per CPU (cpu_tlbstate.loaded_mm_asid)' },
  process: { unit: 'id', doc: 'Process that runs (current->pid)' },
  asid_cache: {
    unit: 'flags',
    doc: 'Last ASID this CPU handed out, its cycle above (cpu_data[].asid_cache)',
  },
  tlb_gen: { unit: 'count', doc: 'tlb_gen of the mm as this CPU last flushed (cpu_tlbstate.ctxs[].tlb_gen)' },
}

const process: Record<(typeof FIELDS.process)[number], FieldDoc> = {
  state: { unit: 'count', doc: 'State of the task (task_struct.__state)' },
  mm: { unit: 'id', doc: 'Its address space (task_struct.mm)' },
  parent: { unit: 'id', doc: 'Its parent (task_struct.real_parent)' },
  exit_code: { unit: 'count', doc: 'How it ended (task_struct.exit_code)' },
  min_flt: { unit: 'count', doc: 'Faults without I/O (task_struct.min_flt)' },
  maj_flt: { unit: 'count', doc: 'Faults with I/O (task_struct.maj_flt)' },
  cpu: { unit: 'id', doc: 'CPU it runs on (task_cpu)' },
}

const VMA = 'include/linux/mm_types.h:vm_area_struct'

const vma: Record<(typeof FIELDS.vma)[number], FieldDoc> = {
  vm_start: { unit: 'address', doc: `First address (${VMA})` },
  vm_end: { unit: 'address', doc: `First address past it (${VMA})` },
  vm_flags: { unit: 'flags', doc: `VM_READ, VM_WRITE … (${VMA})` },
  vm_pgoff: {
    unit: 'pages',
    doc: `Offset in the file, or for anonymous memory where it was first mapped (${VMA})`,
  },
  anon_vma: {
    unit: 'id',
    doc: `Where reverse mapping of its anonymous pages starts; 0 before the first fault (${VMA})`,
  },
  vm_file: { unit: 'id', doc: `Mapped file (${VMA})` },
  vm_page_prot: { unit: 'flags', doc: `Protection bits of its entries (${VMA})` },
}

const file: Record<(typeof FIELDS.file)[number], FieldDoc> = {
  size: { unit: 'bytes', doc: 'Size of the file (inode.i_size)' },
  nrpages: { unit: 'pages', doc: 'Pages in the cache (address_space.nrpages)' },
  ino: { unit: 'id', doc: 'Inode number (inode.i_ino)' },
  s_dev: { unit: 'id', doc: 'Device of the file system, major · 2^20 + minor (super_block.s_dev)' },
}

export const FIELD_DOCS: Record<ObjName, Record<string, FieldDoc>> = { machine, process, mm, vma, cpu, file }
