/**
 * The lock of an address space as each unit finds it: a read-write semaphore is taken by what its bytes say at the unit's
 * own offset (lib/rwsem-spinlock.c and rwsem-xadd.c of 3.19, kernel/locking/rwsem.c of 6.1; DIGEST A.2.5).
 */
import type { SharedMm } from './sharedMm.ts'
import type { UnitLayout } from '../../trace/layout/struct.ts'
import type { UnitName } from './units.ts'

const READER_BIAS = 256
const BUSY_FOR_READERS = 7

export interface Held {
  mm: SharedMm
  unit: UnitLayout
  write: boolean
}

/** The lock, or null: the task sleeps until somebody wakes it who never comes. `waiter` is an address on its stack. */
export function down(mm: SharedMm, unitName: UnitName, write: boolean, waiter: number): Held | null {
  const unit = mm.unitNamed(unitName)
  const { rwsem, lock } = mm.image.layout
  const count = mm.image.slot(`${lock}.count`)
  const value = mm.image.read(unit, count)
  if (write ? value !== 0 : !readersMay(mm, unit, value)) {
    if (!write) queue(mm, unit, waiter)
    return null
  }
  if (!write) mm.write(unit, count, value + (rwsem === 'owner' ? READER_BIAS : 1))
  else {
    mm.write(unit, count, rwsem === 'owner' ? 1 : -1)
    if (rwsem === 'spinlock') emptyList(mm, unit)
  }
  return { mm, unit, write }
}

export function up({ mm, unit, write }: Held): void {
  const { rwsem, lock } = mm.image.layout
  const count = mm.image.slot(`${lock}.count`)
  const value = mm.image.read(unit, count)
  mm.write(unit, count, write ? 0 : value - (rwsem === 'owner' ? READER_BIAS : 1))
}

/** page_table_lock: a word that must be 0. On one CPU there is none. False: it spins for ever. */
export function spinLock(mm: SharedMm, unitName: UnitName): boolean {
  const slot = mm.image.slot('page_table_lock')
  return slot < 0 || mm.image.read(mm.unitNamed(unitName), slot) === 0
}

function readersMay(mm: SharedMm, unit: UnitLayout, value: number): boolean {
  const { rwsem } = mm.image.layout
  if (rwsem === 'xadd') return value >= 0
  if (rwsem === 'owner') return value >= 0 && (value & BUSY_FOR_READERS) === 0
  return value >= 0 && listEmpty(mm, unit)
}

/** list_empty: the head points to itself, as this unit computes its address. */
function listEmpty(mm: SharedMm, unit: UnitLayout): boolean {
  const next = mm.image.slot(`${mm.image.layout.lock}.wait_list.next`)
  return mm.image.read(unit, next) >>> 0 === mm.image.address(unit, next)
}

/** list_add_tail: the entry before the head's, whatever that is by now, gets a successor on this task's stack. */
function queue(mm: SharedMm, unit: UnitLayout, waiter: number): void {
  const { image } = mm
  const prev = image.slot(`${image.layout.lock}.wait_list.prev`)
  const before = image.read(unit, prev) >>> 0
  mm.write(unit, prev, waiter)
  const [first] = image.layout.units
  const [target] = image.overlapping(first, before - image.base, 1)
  if (target !== undefined) mm.write(first, target, waiter)
}

/** A writer adds itself and takes itself off again, which leaves the head pointing to itself. */
function emptyList(mm: SharedMm, unit: UnitLayout): void {
  const { image } = mm
  const next = image.slot(`${image.layout.lock}.wait_list.next`)
  const head = image.address(unit, next)
  mm.write(unit, next, head)
  mm.write(unit, image.slot(`${image.layout.lock}.wait_list.prev`), head)
}
