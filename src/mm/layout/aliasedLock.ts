/** mmap_lock of a kernel whose units disagree about where it is: taken by what lies at the offset of who takes it. */
import type { YieldPoints } from '../../hw/yieldPoints.ts'
import { RwLock } from '../rwLock.ts'
import { down, spinLock, up, type Held } from './mmapSem.ts'
import type { SharedMm } from './sharedMm.ts'
import { UNITS } from './units.ts'

/** Where a task's kernel stack would be; only that it lies outside every mm_struct matters. */
const STACKS = 0x8f00_0000
const STACK_BYTES = 0x2000

/** Thrown where a task would wait without end. */
export class NeverReleased extends Error {
  /** 'down_read(&mm->mmap_sem) in mm/memory.c' */
  readonly waitsFor: string
  /** It spins instead of sleeping. */
  readonly spins: boolean

  constructor(waitsFor: string, spins: boolean) {
    super(waitsFor)
    this.waitsFor = waitsFor
    this.spins = spins
  }
}

export class AliasedLock extends RwLock {
  private readonly owner: SharedMm
  private readonly held: Held[] = []
  private waiters = 0

  constructor(points: YieldPoints, owner: SharedMm) {
    super(points, owner.id)
    this.owner = owner
  }

  /** @throws NeverReleased */
  override readLock(): void {
    super.readLock()
    this.takeAt(false)
    if (this.owner.lockingUnit !== UNITS.fault || spinLock(this.owner, UNITS.memory)) return
    throw new NeverReleased(`spin_lock(&mm->page_table_lock) in ${UNITS.memory}`, true)
  }

  /** @throws NeverReleased */
  override writeLock(): void {
    super.writeLock()
    this.takeAt(true)
  }

  override unlock(): void {
    super.unlock()
    const held = this.held.pop()
    if (held !== undefined) up(held)
  }

  private takeAt(write: boolean): void {
    const unit = this.owner.lockingUnit
    const held = down(this.owner, unit, write, STACKS + ++this.waiters * STACK_BYTES)
    if (held !== null) {
      this.held.push(held)
      return
    }
    const call = `${write ? 'down_write' : 'down_read'}(&mm->${this.owner.image.layout.lock})`
    throw new NeverReleased(`${call} in ${unit}`, false)
  }
}
