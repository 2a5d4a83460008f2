/**
 * The page-table walker: from a root table to a leaf, reading real entries, setting accessed and dirty bits where the
 * architecture's MMU does so. Results stay in the fields, so that a walk allocates nothing.
 */
import {
  HW_ACCESSED,
  HW_DIRTY,
  HW_EXEC,
  HW_READ,
  HW_USER,
  HW_VALID,
  HW_WRITE,
  type Arch,
  type CompiledLevel,
  type EntryOps,
} from '../arch/arch.ts'
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

/** What each access needs of an entry. */
const NEEDED = [HW_READ, HW_WRITE, HW_EXEC]
/** What a TLB keeps of HW_*, which number these rights as TLB_* do. */
const TLB_BITS = TLB_WRITE | TLB_USER | TLB_EXEC | TLB_DIRTY | TLB_GLOBAL

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
  /** The pte table of the last walk, for the next walk below the same entry; good until `shape` changes. */
  private nearTable = 0
  private nearRoot = -1
  private nearLo = 0
  private nearHi = 0
  private nearShape = -1
  private readonly nearBits: number

  private readonly arch: Arch
  private readonly tables: TableStore

  constructor(arch: Arch, tables: TableStore) {
    this.arch = arch
    this.tables = tables
    this.levels = arch.levels
    this.last = arch.levels.length - 1
    this.nearBits = arch.levels[this.last].indexBits
  }

  /** Walks to the leaf without any effect; returns whether one was reached. `root` is at depth `top`. */
  find(root: number, top: number, vpnLo: number, vpnHi: number): boolean {
    const { levels, last, tables } = this
    let table = root
    let depth = top
    const near = top === last ? 0 : this.near(root, vpnLo, vpnHi)
    if (near !== 0) {
      table = near
      depth = last
    }
    for (; ; depth++) {
      const level = levels[depth]
      const index = indexOf(level, vpnLo, vpnHi)
      const at = tables.at(table, index)
      const lo = tables.words[at]
      const hi = tables.words[at + 1]
      if (depth === last) {
        if (near === 0 && top !== last) this.stay(root, table, vpnLo, vpnHi)
        return this.end(table, index, depth, lo, hi, true)
      }
      const ops = level.table!
      const frame = ops.follow(lo, hi)
      if (frame < 0) return this.end(table, index, depth, lo, hi, ops.isLeaf(lo, hi))
      table = tables.lookup(frame, ops.at)
      if (table === 0) return this.end(0, index, depth, lo, hi, false)
    }
  }

  /** Translates one access as the hardware does. */
  translate(root: number, top: number, vpnLo: number, vpnHi: number, access: number, user: boolean): number {
    if (!this.find(root, top, vpnLo, vpnHi)) return WALK_NOT_PRESENT
    const level = this.levels[this.depth]
    const leaf = level.leaf!
    let bits = leaf.hw(this.lo, this.hi)
    if ((bits & HW_VALID) === 0) return WALK_NOT_PRESENT
    const needed = NEEDED[access] | (user ? HW_USER : 0)
    if ((bits & needed) !== needed) return WALK_PROTECTION
    const wanted = HW_ACCESSED | (access === ACCESS_WRITE ? HW_DIRTY : 0)
    if ((bits & wanted) !== wanted) {
      const outcome = this.mark(leaf, bits, access)
      if (outcome !== WALK_OK) return outcome
      bits = leaf.hw(this.lo, this.hi)
    }
    this.pageShift = level.pageShift
    this.pfn = leaf.pfn(this.lo, this.hi)
    this.perms = bits & TLB_BITS
    return WALK_OK
  }

  /** Sets accessed and dirty in the entry, where the MMU does so. */
  private mark(leaf: EntryOps, bits: number, access: number): number {
    let { lo, hi } = this
    if ((bits & HW_ACCESSED) === 0) {
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
    return WALK_OK
  }

  /** The pte table for a page when the last walk ended in it, else 0. */
  near(root: number, vpnLo: number, vpnHi: number): number {
    const same =
      (vpnLo ^ this.nearLo) >>> this.nearBits === 0 &&
      vpnHi === this.nearHi &&
      root === this.nearRoot &&
      this.tables.shape === this.nearShape
    return same ? this.nearTable : 0
  }

  /** Notes that the pte table of a page below `root` is `table`. */
  stay(root: number, table: number, vpnLo: number, vpnHi: number): void {
    this.nearTable = table
    this.nearRoot = root
    this.nearLo = vpnLo
    this.nearHi = vpnHi
    this.nearShape = this.tables.shape
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
