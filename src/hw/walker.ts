/**
 * The page-table walker: from a root table to a leaf, reading real entries, setting accessed and dirty bits where the
 * architecture's MMU does so. Results stay in the fields, so that a walk allocates nothing.
 */
import type { Arch, CompiledLevel, EntryOps } from '../arch/arch.ts'
import { SET_BY_HW, TLB_DIRTY, TLB_EXEC, TLB_GLOBAL, TLB_USER, TLB_WRITE } from '../trace/schema.ts'
import type { TableStore } from './tables.ts'

export const ACCESS_READ = 0
export const ACCESS_WRITE = 1
export const ACCESS_EXEC = 2

/** Outcome of a walk. */
export const WALK_OK = 0
export const WALK_NOT_PRESENT = 1
export const WALK_PROTECTION = 2
/** The MMU cannot set accessed / dirty here: software must. */
export const WALK_ACCESS_FLAG = 3

export class Walker {
  /** Table, entry and depth at which the last walk ended. */
  table = 0
  index = 0
  depth = 0
  lo = 0
  hi = 0
  pfn = 0
  /** TLB_* bits the entry grants; log2 pages it covers. */
  perms = 0
  pageShift = 0
  private readonly levels: CompiledLevel[]
  private readonly last: number

  private readonly arch: Arch
  private readonly tables: TableStore

  constructor(arch: Arch, tables: TableStore) {
    this.arch = arch
    this.tables = tables
    this.levels = arch.levels
    this.last = arch.levels.length - 1
  }

  /** Walks to the leaf without any effect; returns whether one was reached. `root` is at depth `top`. */
  find(root: number, top: number, vpnLo: number, vpnHi: number): boolean {
    let table = root
    for (let depth = top; ; depth++) {
      const level = this.levels[depth]
      const index = indexOf(level, vpnLo, vpnHi)
      const at = this.tables.at(table, index)
      const lo = this.tables.words[at]
      const hi = this.tables.words[at + 1]
      if (depth === this.last) return this.end(table, index, depth, lo, hi, true)
      const ops = level.table!
      if (!ops.isTable(lo, hi)) return this.end(table, index, depth, lo, hi, ops.isLeaf(lo, hi))
      table = this.tables.lookup(ops.frame(lo, hi), ops.offset(lo, hi))
      if (table === 0) return this.end(0, index, depth, lo, hi, false)
    }
  }

  /** Translates one access as the hardware does. */
  translate(root: number, top: number, vpnLo: number, vpnHi: number, access: number, user: boolean): number {
    if (!this.find(root, top, vpnLo, vpnHi)) return WALK_NOT_PRESENT
    const level = this.levels[this.depth]
    const leaf = level.leaf!
    let lo = this.lo
    let hi = this.hi
    if (!leaf.hwValid(lo, hi)) return WALK_NOT_PRESENT
    if (!permitted(leaf, lo, hi, access, user)) return WALK_PROTECTION
    if (!leaf.hwAccessed(lo, hi)) {
      if (!this.arch.hwAccessedBit) return WALK_ACCESS_FLAG
      lo = leaf.hwSetAccessed(lo, hi)
      hi = leaf.hi
    }
    if (access === ACCESS_WRITE && !leaf.hwDirty(lo, hi)) {
      if (!this.arch.hwDirtyBit) return WALK_ACCESS_FLAG
      lo = leaf.hwSetDirty(lo, hi)
      hi = leaf.hi
    }
    if (((lo ^ this.lo) | (hi ^ this.hi)) !== 0) this.tables.set(this.table, this.index, lo, hi, SET_BY_HW)
    this.lo = lo
    this.hi = hi
    this.pageShift = level.pageShift
    this.pfn = leaf.pfn(lo, hi)
    this.perms =
      (leaf.hwWrite(lo, hi) ? TLB_WRITE : 0) |
      (leaf.hwUser(lo, hi) ? TLB_USER : 0) |
      (leaf.hwExec(lo, hi) ? TLB_EXEC : 0) |
      (leaf.hwDirty(lo, hi) ? TLB_DIRTY : 0) |
      (leaf.hwGlobal(lo, hi) ? TLB_GLOBAL : 0)
    return WALK_OK
  }

  private end(table: number, index: number, depth: number, lo: number, hi: number, leaf: boolean): boolean {
    this.table = table
    this.index = index
    this.depth = depth
    this.lo = lo
    this.hi = hi
    return leaf
  }
}

export function indexOf(level: CompiledLevel, vpnLo: number, vpnHi: number): number {
  const shift = level.pageShift
  const mask = level.entries - 1
  if (shift === 0) return vpnLo & mask
  if (shift < 32) return ((vpnLo >>> shift) | (vpnHi << (32 - shift))) & mask
  return (vpnHi >>> (shift - 32)) & mask
}

function permitted(leaf: EntryOps, lo: number, hi: number, access: number, user: boolean): boolean {
  if (user && !leaf.hwUser(lo, hi)) return false
  if (access === ACCESS_WRITE) return leaf.hwWrite(lo, hi)
  if (access === ACCESS_EXEC) return leaf.hwExec(lo, hi)
  return leaf.hwRead(lo, hi)
}
