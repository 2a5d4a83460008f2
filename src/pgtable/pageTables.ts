/**
 * How the kernel makes page tables: pgd_alloc, p?d_alloc, __pte_alloc and their accounting (DIGEST A.2.2, G.3).
 */
import type { Arch, CompiledLevel } from '../arch/arch.ts'
import type { PhysicalMemory } from '../hw/memory.ts'
import { indexOf } from '../hw/walker.ts'
import { LOCK, POINT } from '../hw/yieldPoints.ts'
import { KIND, PAGE } from '../trace/schema.ts'
import type { Recorder } from '../trace/recorder.ts'
import type { Accounting } from './accounting.ts'
import { Deposits } from './deposit.ts'
import { MACHINE } from './fields.ts'
import { mopUp, preallocate, type Hidden } from './preallocate.ts'
import { SharedPages } from './sharedPages.ts'
import type { TableOwner } from './mm.ts'
import type { Fields } from './record.ts'

/** What differs between kernels in the constructors of tables. */
export interface TableKernel {
  /** Pages that a table of this level adds to NR_PAGETABLE. */
  ctorPages(level: CompiledLevel): number
}

export class PageTables {
  readonly arch: Arch
  readonly levels: CompiledLevel[]
  /** Depth of the pte level. */
  readonly last: number
  readonly deposits: Deposits
  private readonly trace: Recorder
  private readonly shared: (SharedPages | null)[]
  private readonly hidden: Hidden = new Map()
  private readonly counts = new Map<number, Float64Array>()
  /** The mm counted last, and its counts. */
  private countedMm = -1
  private counted: Float64Array = new Float64Array(0)

  readonly memory: PhysicalMemory
  readonly accounting: Accounting
  private readonly machine: Fields
  private readonly kernel: TableKernel

  constructor(memory: PhysicalMemory, accounting: Accounting, machine: Fields, kernel: TableKernel) {
    this.memory = memory
    this.accounting = accounting
    this.machine = machine
    this.kernel = kernel
    this.arch = memory.arch
    this.levels = memory.arch.levels
    this.last = this.levels.length - 1
    this.trace = memory.trace
    this.deposits = new Deposits(this)
    this.shared = this.levels.map((level) =>
      level.perPage > 1 ? new SharedPages(level.perPage, level.allocBytes) : null,
    )
  }

  /** pgd_alloc: the top table of a new mm. False when memory is out. */
  pgdAlloc(mm: TableOwner, top: number): boolean {
    const pgd = this.allocTable(mm, top)
    if (pgd === 0) return false
    mm.pgd = pgd
    mm.top = top
    if (preallocate(this, mm, this.hidden)) return true
    this.pgdFree(mm)
    return false
  }

  pgdFree(mm: TableOwner): void {
    mopUp(this, mm, this.hidden)
    this.freeTable(mm.pgd)
    mm.pgd = 0
  }

  /** The table that holds the pmd entry for a page, made if missing (p4d_alloc … pmd_alloc). 0 when memory is out. */
  pmdAlloc(mm: TableOwner, vpnLo: number, vpnHi: number): number {
    const { tables } = this.memory
    let table = mm.pgd
    for (let depth = mm.top; depth < this.last - 1; depth++) {
      const level = this.levels[depth]
      const index = indexOf(level, vpnLo, vpnHi)
      const at = tables.at(table, index)
      const lo = tables.words[at]
      const hi = tables.words[at + 1]
      const ops = level.table!
      if (!ops.isNone(lo, hi)) {
        table = tables.lookup(ops.frame(lo, hi), ops.offset(lo, hi))
        continue
      }
      table = this.allocBelow(mm, table, index, depth + 1)
      if (table === 0) return 0
    }
    return table
  }

  /** pte_alloc: the pte table below entry `index` of a pmd table, made if missing. 0 when memory is out. */
  pteAlloc(mm: TableOwner, pmdTable: number, index: number): number {
    const existing = this.child(pmdTable, index)
    return existing !== 0 ? existing : this.allocBelow(mm, pmdTable, index, this.last)
  }

  /** __p?d_alloc: a new table below an empty entry, or the one that another CPU installed meanwhile. */
  private allocBelow(mm: TableOwner, parent: number, index: number, depth: number): number {
    const { points } = this.memory
    points.reach(POINT.allocation)
    const table = this.allocTable(mm, depth)
    if (table === 0) return 0
    points.reach(POINT.lock, LOCK.page_table_lock)
    const winner = this.child(parent, index)
    if (winner !== 0 || (points.stepping && this.isLeaf(parent, index)))
      return this.raceLost(mm, parent, index, table, winner)
    this.install(mm, parent, index, table)
    points.reach(POINT.populate)
    return table
  }

  private isLeaf(table: number, index: number): boolean {
    const { tables } = this.memory
    const at = tables.at(table, index)
    return this.levels[tables.depth[table]].table!.isLeaf(tables.words[at], tables.words[at + 1])
  }

  /** The entry was populated while this CPU allocated: its own table goes, and was never counted. */
  private raceLost(mm: TableOwner, parent: number, index: number, table: number, winner: number): number {
    const { tables } = this.memory
    const depth = tables.depth[table]
    this.trace.emit(KIND.PT_RACE_LOST, index, tables.levelOf[depth], table, parent, 0, 0, 0)
    this.accounting.lost?.(mm, this.levels[depth])
    this.freeTable(table)
    return winner
  }

  /** Table that an entry points to, or 0. */
  child(table: number, index: number): number {
    const { tables } = this.memory
    const at = tables.at(table, index)
    const lo = tables.words[at]
    const hi = tables.words[at + 1]
    const ops = this.levels[tables.depth[table]].table!
    if (!ops.isTable(lo, hi)) return 0
    return tables.lookup(ops.frame(lo, hi), ops.offset(lo, hi))
  }

  /** The existing table at `depth` on the way to a page, or 0. */
  tableFor(mm: TableOwner, depth: number, vpnLo: number, vpnHi: number): number {
    let table = mm.pgd
    for (let d = mm.top; d < depth && table !== 0; d++)
      table = this.child(table, indexOf(this.levels[d], vpnLo, vpnHi))
    return table
  }

  /** p?d_alloc_one: an empty table, constructed but not yet reachable. 0 when memory is out. */
  allocTable(mm: TableOwner, depth: number): number {
    const level = this.levels[depth]
    const place = this.placeFor(mm, depth, level)
    if (place < 0) return 0
    const pages = this.shared[depth]
    const frame = pages === null ? place : pages.frameOf(place)
    const offset = pages === null ? 0 : pages.offsetOf(place)
    const id = this.memory.tables.create(depth, frame, offset, mm.id)
    this.count(mm.id, depth, 1)
    if (this.trace.active) {
      // fork makes tables for another mm than the one that runs: the record names their owner.
      const running = this.trace.mm
      this.trace.mm = mm.id
      this.trace.emit(
        KIND.PT_ALLOC,
        0,
        this.memory.tables.levelOf[depth],
        id,
        frame,
        offset,
        level.entries,
        level.tableBytes,
      )
      this.trace.mm = running
    }
    return id
  }

  private placeFor(mm: TableOwner, depth: number, level: CompiledLevel): number {
    const pages = this.shared[depth]
    if (pages !== null) {
      const place = pages.take(mm.id)
      if (place >= 0) return place
    }
    const frame = this.memory.allocPages(level.order, PAGE.table)
    if (frame < 0) return -1
    this.machine.add(MACHINE.nr_page_table_pages, this.kernel.ctorPages(level))
    return pages === null ? frame : pages.addPage(mm.id, frame)
  }

  /** Live tables of an mm at a depth, deposited ones included. */
  tablesOf(mm: number, depth: number): number {
    return this.counts.get(mm)?.[depth] ?? 0
  }

  /** Tables of an mm that no entry of its root leads to, deposited ones aside. */
  hiddenTables(mm: number): readonly number[] {
    return this.hidden.get(mm) ?? []
  }

  /** Pages that a table of this level adds to NR_PAGETABLE. */
  ctorPages(level: CompiledLevel): number {
    return this.kernel.ctorPages(level)
  }

  /** A table that several mms use belongs to another of them from now on. */
  give(table: number, mm: number): void {
    const { owner, depth } = this.memory.tables
    this.count(owner[table], depth[table], -1)
    this.count(mm, depth[table], 1)
    owner[table] = mm
  }

  private count(mm: number, depth: number, delta: number): void {
    if (mm === this.countedMm) {
      this.counted[depth] += delta
      return
    }
    let counts = this.counts.get(mm)
    // A table may wait for a grace period longer than its mm lives.
    if (counts === undefined && delta < 0) return
    if (counts === undefined) {
      counts = new Float64Array(this.levels.length)
      this.counts.set(mm, counts)
    }
    counts[depth] += delta
    this.countedMm = mm
    this.counted = counts
  }

  /** Hooks a new table under its parent and counts it. */
  install(mm: TableOwner, parent: number, index: number, child: number): void {
    this.accounting.installed(mm, this.levels[this.memory.tables.depth[child]])
    this.hook(parent, index, child)
  }

  /** p?d_populate: the parent's entry points to a table that is already counted. */
  hook(parent: number, index: number, child: number): void {
    const { tables } = this.memory
    const ops = this.levels[tables.depth[parent]].table!
    const lo = ops.mk(tables.frame[child], tables.offset[child], true)
    tables.set(parent, index, lo, ops.hi, 0)
    if (!this.trace.active) return
    this.trace.emit(KIND.PT_INSTALL, index, tables.levelOf[tables.depth[child]], child, parent, 0, 0, 0)
  }

  /** Takes a table off its parent and uncounts it; the caller frees it after the TLBs were told. */
  unhook(mm: TableOwner, parent: number, index: number, child: number): void {
    const { tables } = this.memory
    const level = this.levels[tables.depth[parent]]
    tables.set(parent, index, level.noneLo, level.noneHi, 0)
    this.accounting.freed(mm, this.levels[tables.depth[child]])
  }

  /** Destructor and release of a table that nobody reaches any more. */
  freeTable(id: number): void {
    const { tables } = this.memory
    const depth = tables.depth[id]
    const level = this.levels[depth]
    const frame = tables.frame[id]
    const offset = tables.offset[id]
    if (this.trace.active) this.trace.emit(KIND.PT_FREE, 0, tables.levelOf[depth], id, frame, offset, 0, 0)
    this.count(tables.owner[id], depth, -1)
    tables.destroy(id)
    const pages = this.shared[depth]
    if (pages !== null && !pages.drop(frame, offset)) return
    this.releasePage(frame, level)
  }

  /** The mm is gone: pages it kept for further fragments go back. */
  releaseFragments(mm: TableOwner): void {
    this.counts.delete(mm.id)
    this.countedMm = -1
    for (let depth = 0; depth < this.levels.length; depth++) {
      const frame = this.shared[depth]?.forget(mm.id) ?? -1
      if (frame >= 0) this.releasePage(frame, this.levels[depth])
    }
  }

  private releasePage(frame: number, level: CompiledLevel): void {
    this.machine.add(MACHINE.nr_page_table_pages, -this.kernel.ctorPages(level))
    this.memory.freePages(frame, level.order)
  }
}
