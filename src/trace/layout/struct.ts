/**
 * A struct as each compilation unit lays it out: plain data, the same in the machine, in a trace's header and in the panel
 * (DIGEST A.2.5).
 */

/** A scalar of the struct; members that are structs themselves (locks, lists) are given piece by piece. */
export interface StructField {
  /** 'map_count', 'mmap_sem.count'. */
  name: string
  /** As declared: 'atomic_long_t', 'int', 'pointer'. */
  type: string
  bytes: number
  /** The preprocessor condition it stands under; empty: none. */
  condition: string
}

export interface UnitLayout {
  /** 'mm/memory.c' */
  unit: string
  includes: readonly string[]
  /** Whether __PAGETABLE_PMD_FOLDED was defined when linux/mm_types.h was read. */
  sawFolded: boolean
  /** Header that defined it, by the chain of includes; empty when none did. */
  chain: readonly string[]
  /** Byte offset of each field; −1: the unit's struct does not have it. */
  offsets: readonly number[]
  bytes: number
}

export interface StructLayout {
  struct: 'mm_struct'
  fields: readonly StructField[]
  units: readonly UnitLayout[]
  bits: number
  littleEndian: boolean
  /** How a read-write semaphore of this kernel decides: lib/rwsem-spinlock.c, rwsem-xadd.c, or rwsem.c since 5.3. */
  rwsem: 'spinlock' | 'xadd' | 'owner'
  /** Name of the lock that mmap and faults take. */
  lock: 'mmap_sem' | 'mmap_lock'
  /** Where the list of fields comes from. */
  source: string
}

/** Units whose struct differs from that of the unit that allocates it. */
export function mismatched(layout: StructLayout): UnitLayout[] {
  const [first, ...others] = layout.units
  return others.filter(
    (unit) => unit.bytes !== first.bytes || unit.offsets.some((offset, i) => offset !== first.offsets[i]),
  )
}

/** The first field that lies elsewhere than in the allocating unit, and by how many bytes. */
export function firstShift(layout: StructLayout, unit: UnitLayout): { field: string; bytes: number } | null {
  const [first] = layout.units
  const at = unit.offsets.findIndex(
    (offset, i) => offset >= 0 && first.offsets[i] >= 0 && offset !== first.offsets[i],
  )
  return at < 0 ? null : { field: layout.fields[at].name, bytes: unit.offsets[at] - first.offsets[at] }
}
