/**
 * Recorded page tables against simulated ones: level by level, entry by entry, raw values with the frame number renamed.
 */
import type { Arch, CompiledLevel } from '../../arch/arch.ts'
import { formatOf } from '../../arch/decode.ts'
import type { Piece } from '../../arch/format.ts'
import type { EntrySnapshot, TableSnapshot } from '../../lab/replay/tables.ts'
import type { DumpTable } from './dumpSchema.ts'
import { Renaming } from './renaming.ts'
import type { Comparison } from './report.ts'
import { pageOf } from './target.ts'

export interface TableComparison {
  arch: Arch
  comparison: Comparison
  /** Whether a range of pages holds anything that the lab does not model. */
  unmodelled(from: number, to: number): boolean
  isZero(frame: number): boolean
}

const TABLES = 'p?d_alloc, free_pgtables'
const TABLE_ENTRY = 'p?d_populate'
const LEAF = 'set_pte_at: protection and state bits'
const WHICH = 'which page is mapped'

export function compareTables(
  context: TableComparison,
  recorded: readonly DumpTable[],
  actual: readonly TableSnapshot[],
): void {
  new TableComparer(context, actual).run(recorded)
}

class TableComparer {
  private readonly found = new Map<string, TableSnapshot>()
  private readonly tables = new Renaming()
  private readonly pages = new Renaming()
  private readonly masks = new Map<string, bigint>()
  private readonly context: TableComparison

  constructor(context: TableComparison, actual: readonly TableSnapshot[]) {
    this.context = context
    for (const table of actual) this.found.set(`${table.level}:${table.page}`, table)
  }

  run(recorded: readonly DumpTable[]): void {
    for (const table of recorded) this.table(table)
    for (const table of this.found.values()) {
      const { level, page } = table
      if (!this.covers(level, page)) this.same(`${level} table at page 0x${page.toString(16)}`, 'none', 'a table', TABLES)
    }
  }

  private table(table: DumpTable): void {
    const { arch } = this.context
    const level = arch.levels[arch.levels.length - table.level]
    const page = pageOf(table.va, arch.pageSize)
    const field = `${table.name}(${table.va})`
    const key = `${level?.name}:${page}`
    const own = this.found.get(key)
    this.found.delete(key)
    if (level === undefined || own === undefined) {
      if (level === undefined || !this.covers(level.name, page)) this.same(field, 'a table', 'none', TABLES)
      return
    }
    const place = `${own.frame}+${own.offset}`
    this.same(`${field} frame`, true, this.tables.same(String(BigInt(table.phys)), place, false), TABLES)
    this.entries(table, level, own, field)
  }

  private entries(table: DumpTable, level: CompiledLevel, own: TableSnapshot, field: string): void {
    const mine = new Map(own.entries.map((entry) => [entry.index, entry]))
    const size = level.pages
    const seen = new Set<number>()
    for (const [index, value, kind] of table.entries) {
      seen.add(index)
      const from = own.page + index * size
      const entry = mine.get(index)
      const excused = this.context.unmodelled(from, from + size)
      if (excused && (kind !== 'table' || entry?.kind !== 'table')) continue
      this.entry(`${field}[${index}]`, level, BigInt(value), kind, entry)
    }
    for (const { index, lo, hi } of own.entries) {
      const from = own.page + index * size
      if (!seen.has(index) && !this.context.unmodelled(from, from + size))
        this.same(`${field}[${index}]`, 'none', hex(join(lo, hi)), kindMechanism(level))
    }
  }

  private entry(field: string, level: CompiledLevel, value: bigint, kind: string, entry: EntrySnapshot | undefined): void {
    if (entry === undefined) return this.same(field, hex(value), 'none', kindMechanism(level))
    const isTable = kind === 'table'
    this.same(`${field} kind`, isTable ? 'table' : 'leaf', entry.kind, kindMechanism(level))
    const mask = this.mask(level, isTable)
    const actual = join(entry.lo, entry.hi)
    if (!isTable && this.isAged(level, value & ~mask, entry, mask)) {
      this.context.comparison.notModelled.add('accessed bits: this kernel clears some at random, to learn which memory is used')
      return
    }
    this.same(field, hex(value & ~mask), hex(actual & ~mask), isTable ? TABLE_ENTRY : LEAF)
    if (isTable || level.leaf === null || entry.kind !== 'leaf') return
    const pfn = level.leaf.pfn(Number(value & 0xffffffffn), Number(value >> 32n))
    const renamed = this.pages.same(String(pfn), String(entry.frame), this.context.isZero(entry.frame))
    this.same(`${field} page`, true, renamed, WHICH)
  }

  /** Whether the recorded entry is the simulated one, aged: a kernel may sample accessed bits at any time. */
  private isAged(level: CompiledLevel, expected: bigint, entry: EntrySnapshot, mask: bigint): boolean {
    const { leaf } = level
    if (leaf === null || entry.kind !== 'leaf' || expected === (join(entry.lo, entry.hi) & ~mask)) return false
    const old = leaf.mkold(entry.lo, entry.hi)
    return (join(old, leaf.hi) & ~mask) === expected
  }

  /** Bits that hold the address; QEMU also marks PAE's four root entries as accessed, which processors don't. */
  private mask(level: CompiledLevel, isTable: boolean): bigint {
    const key = `${level.name}:${isTable}`
    const known = this.masks.get(key)
    if (known !== undefined) return known
    const { arch } = this.context
    const isPdpte = isTable && arch.variant.family === 'x86' && level.entries === 4
    const address = isTable ? addressMask(arch, level) : formatOf(arch, level).pfn.reduce((m, p) => m | maskOf(p), 0n)
    const mask = isPdpte ? address | 0x20n : address
    this.masks.set(key, mask)
    return mask
  }

  private covers(levelName: string, page: number): boolean {
    const { arch } = this.context
    const depth = arch.levels.findIndex(({ name }) => name === levelName)
    const above = arch.levels[depth - 1]
    return above !== undefined && this.context.unmodelled(page, page + 2 ** above.pageShift)
  }

  private same(field: string, expected: unknown, actual: unknown, mechanism: string): void {
    this.context.comparison.same(field, expected, actual, mechanism)
  }
}

function kindMechanism(level: CompiledLevel): string {
  return level.table === null ? LEAF : TABLES
}

/** Bits of a table entry that change with the table's address. */
function addressMask(arch: Arch, level: CompiledLevel): bigint {
  const { table } = level
  if (table === null) return 0n
  const made = (frame: number, offset: number): bigint => {
    const lo = table.mk(frame, offset, true)
    return join(lo, table.hi)
  }
  const zero = made(0, 0)
  let mask = 0n
  for (let bit = 0; bit < 32; bit++) mask |= made(2 ** bit, 0) ^ zero
  for (let offset = 256; offset < arch.pageSize; offset *= 2) mask |= made(0, offset) ^ zero
  return mask
}

function maskOf({ entry, width }: Piece): bigint {
  return ((1n << BigInt(width)) - 1n) << BigInt(entry)
}

function join(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`
}
