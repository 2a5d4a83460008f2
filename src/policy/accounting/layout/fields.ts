/**
 * The first part of mm_struct, up to def_flags, as kernels from 2.6.24 on declare it (include/linux/mm_types.h). The list of
 * 6.1 was read in its source, the one around nr_ptes of 3.19 is the thread's; the others are recalled.
 */
import type { FieldType } from './types.ts'

export interface FieldSpec {
  name: string
  type: FieldType
  condition?: string
}

/** What stands where nr_ptes and its successors are. */
export type CounterSpec = readonly FieldSpec[]

const field = (type: FieldType, ...names: string[]): FieldSpec[] => names.map((name) => ({ name, type }))

const TO_PGD: FieldSpec[] = [
  ...field('pointer', 'mmap', 'mm_rb'),
  ...field('u32', 'vmacache_seqnum'),
  ...field('pointer', 'get_unmapped_area'),
  ...field('long', 'mmap_base', 'mmap_legacy_base', 'task_size', 'highest_vm_end'),
  ...field('pointer', 'pgd'),
]
const USERS = field('atomic_t', 'mm_users', 'mm_count')
const LOCKS: FieldSpec[] = [
  ...field('int', 'map_count'),
  ...field('spinlock_t', 'page_table_lock'),
  ...field('rw_semaphore', 'mmap_sem'),
  ...field('list_head', 'mmlist'),
]
const SIZES = field('long', 'hiwater_rss', 'hiwater_vm', 'total_vm', 'locked_vm')

function v2_6_24(counters: CounterSpec): FieldSpec[] {
  return [
    ...field('pointer', 'mmap', 'mm_rb', 'mmap_cache', 'get_unmapped_area', 'unmap_area'),
    ...field('long', 'mmap_base', 'task_size', 'cached_hole_size', 'free_area_cache'),
    ...field('pointer', 'pgd'),
    ...USERS,
    ...field('int', 'map_count'),
    ...field('rw_semaphore', 'mmap_sem'),
    ...field('spinlock_t', 'page_table_lock'),
    ...field('list_head', 'mmlist'),
    ...field('long', '_file_rss', '_anon_rss'),
    ...SIZES,
    ...field('long', 'shared_vm', 'exec_vm', 'stack_vm', 'reserved_vm', 'def_flags'),
    ...counters,
  ]
}

function v3_19(counters: CounterSpec): FieldSpec[] {
  return [
    ...TO_PGD,
    ...USERS,
    ...counters,
    ...LOCKS,
    ...SIZES,
    ...field('long', 'pinned_vm', 'shared_vm', 'exec_vm', 'stack_vm', 'def_flags'),
  ]
}

function v4_9(counters: CounterSpec): FieldSpec[] {
  return v3_19(counters).map((each) => (each.name === 'shared_vm' ? { ...each, name: 'data_vm' } : each))
}

function v5_8(counters: CounterSpec): FieldSpec[] {
  return [
    ...TO_PGD.map((each) => (each.name === 'vmacache_seqnum' ? { ...each, type: 'u64' as const } : each)),
    ...field('atomic_t', 'membarrier_state'),
    ...USERS,
    ...counters,
    ...LOCKS.map((each) => (each.name === 'mmap_sem' ? { ...each, name: 'mmap_lock' } : each)),
    ...SIZES,
    ...field('atomic64_t', 'pinned_vm'),
    ...field('long', 'data_vm', 'exec_vm', 'stack_vm', 'def_flags'),
  ]
}

function v6_1(counters: CounterSpec): FieldSpec[] {
  return [
    ...field('maple_tree', 'mm_mt'),
    ...field('pointer', 'get_unmapped_area'),
    ...field('long', 'mmap_base', 'mmap_legacy_base', 'task_size'),
    ...field('pointer', 'pgd'),
    ...field('atomic_t', 'membarrier_state'),
    ...USERS,
    ...counters,
    ...LOCKS.map((each) => (each.name === 'mmap_sem' ? { ...each, name: 'mmap_lock' } : each)),
    ...field('atomic64_t', 'futex_unique_id'),
    ...SIZES,
    ...field('atomic64_t', 'pinned_vm'),
    ...field('long', 'data_vm', 'exec_vm', 'stack_vm', 'def_flags'),
  ]
}

export interface Declaration {
  since: string
  fields: (counters: CounterSpec) => FieldSpec[]
  source: string
}

/** From old to new, each from a version of the profiles on. */
export const DECLARATIONS: readonly Declaration[] = [
  { since: '2.6.24', fields: v2_6_24, source: 'mm_struct of 2.6.24, recalled' },
  {
    since: '3.19',
    fields: v3_19,
    source: 'mm_struct of 3.19: the part around nr_ptes as in the thread of January 2015, the rest recalled',
  },
  { since: '4.9', fields: v4_9, source: 'mm_struct of 4.9 to 5.7, recalled' },
  { since: '5.8', fields: v5_8, source: 'mm_struct of 5.8 to 6.0, recalled' },
  {
    since: '6.1',
    fields: v6_1,
    source:
      'include/linux/mm_types.h of 6.1, without x86’s compat bases; later kernels moved mm_count to a cache line of its own',
  },
]
