/** Tables of a state as panels show them. */
import type { Arch, CompiledLevel, LevelName } from '../../arch/arch.ts'
import { FIELDS, LEVEL_NAMES, OBJ } from '../schema.ts'
import { TABLE, TABLE_DEPOSITED, TABLE_KERNEL, TABLE_LINKED } from '../replica/tables.ts'
import type { State } from '../replica/state.ts'
import type { TableRef, TableSummary, TableView } from '../views.ts'
import { hex } from '../values.ts'
import { CELL, cellClass } from './entries.ts'

const PGD_FIELD = FIELDS.mm.indexOf('pgd')
const MAX_DEPTH: number = LEVEL_NAMES.length

export function levelByName(arch: Arch, name: LevelName): CompiledLevel | null {
  return arch.levels.find((level) => level.name === name) ?? null
}

export function levelOfTable(state: State, id: number): CompiledLevel | null {
  return levelByName(state.arch, LEVEL_NAMES[state.tables.word(id, TABLE.level)])
}

/** Table that a table hangs below, or 0. */
export function parentOf(state: State, id: number): number {
  const { tables } = state
  if (!(tables.word(id, TABLE.flags) & (TABLE_LINKED | TABLE_DEPOSITED))) return 0
  const parent = tables.word(id, TABLE.parent)
  return tables.has(parent) ? parent : 0
}

/** First address that a table covers; kernel halves of a shared top table are sign-extended. */
export function tableAddress(state: State, id: number): bigint {
  return entryAddress(state, parentOf(state, id), state.tables.word(id, TABLE.parentIndex), MAX_DEPTH)
}

/** Address of entry `index` of a table; table 0: address 0. */
export function entryAddress(state: State, id: number, index: number, depth = MAX_DEPTH): bigint {
  const level = id === 0 ? null : levelOfTable(state, id)
  if (level === null) return 0n
  const parent = depth === 0 ? 0 : parentOf(state, id)
  const base =
    parent === 0 ? 0n : entryAddress(state, parent, state.tables.word(id, TABLE.parentIndex), depth - 1)
  const shift = BigInt(level.pageShift + state.arch.pageShift)
  const offset = BigInt(index) << shift
  return parent === 0 ? canonical(state.arch, level, offset, shift) : base + offset
}

/** Where one top table serves user and kernel, the upper half stands for the top of the address space. */
function canonical(arch: Arch, top: CompiledLevel, offset: bigint, shift: bigint): bigint {
  const size = BigInt(top.entries) << shift
  const split = arch.bits === 64 && arch.userTopEntries < top.entries && top.depth === 0
  if (!split || offset < size / 2n) return offset
  return BigInt.asUintN(64, offset - size)
}

export function tableRef(state: State, id: number): TableRef {
  const { tables } = state
  const word = (name: keyof typeof TABLE) => tables.word(id, TABLE[name])
  const parent = parentOf(state, id)
  const level = levelOfTable(state, id)
  return {
    id,
    level: LEVEL_NAMES[word('level')],
    frame: word('frame'),
    offset: word('offset'),
    entries: word('entries'),
    used: word('used'),
    parent: parent === 0 ? null : parent,
    parentIndex: parent === 0 ? 0 : word('parentIndex'),
    va: hex(tableAddress(state, id)),
    sharesPageWith:
      level !== null && level.perPage > 1
        ? tables.inFrame(word('frame')).filter((other) => other !== id)
        : [],
    users: 1,
    kernel: (word('flags') & TABLE_KERNEL) !== 0,
    deposited: (word('flags') & TABLE_DEPOSITED) !== 0,
  }
}

/** All tables of an mm, every table after its parent, siblings in order of address; at most `limit`. */
export function tablesOfMm(state: State, mm: number, limit: number): TableRef[] {
  const children = new Map<number, number[]>()
  state.tables.records.forEach((id, ref) => {
    if (state.pool.get(ref, TABLE.mm) !== mm) return
    const parent = parentOf(state, id)
    const siblings = children.get(parent)
    if (siblings) siblings.push(id)
    else children.set(parent, [id])
  })
  const list: TableRef[] = []
  const visit = (parent: number) => {
    const siblings = children.get(parent) ?? []
    siblings.sort((x, y) => state.tables.word(x, TABLE.parentIndex) - state.tables.word(y, TABLE.parentIndex))
    for (const id of siblings) {
      if (list.length >= limit) return
      list.push(tableRef(state, id))
      visit(id)
    }
    for (const shared of sharedBelow(state, parent)) if (list.length < limit) list.push(shared)
  }
  visit(0)
  return list
}

/**
 * Tables that hang below `parent` but were linked to another table since: mms share the pmd tables of a shared hugetlb file
 * (huge_pmd_share), and a table's record knows its last user only.
 */
function sharedBelow(state: State, parent: number): TableRef[] {
  const level = parent === 0 ? null : levelOfTable(state, parent)
  const below = level === null ? null : (state.arch.levels[level.depth + 1] ?? null)
  if (level === null || level.table === null || below?.name !== 'pmd') return []
  const { table } = level
  const found: TableRef[] = []
  const mm = state.tables.word(parent, TABLE.mm)
  state.tables.forEachEntry(parent, (index, lo, hi) => {
    if (!table.isTable(lo, hi)) return
    const id = state.tables.at(table.frame(lo, hi), table.offset(lo, hi))
    if (id === 0 || (parentOf(state, id) === parent && state.tables.word(id, TABLE.mm) === mm)) return
    const va = hex(entryAddress(state, parent, index))
    found.push({ ...tableRef(state, id), parent, parentIndex: index, va, users: usersOf(state, id) })
  })
  return found
}

function mmOf({ tables }: State, id: number): number {
  return tables.word(id, TABLE.mm)
}

/** Entries of all tables one level up that point to a table. */
export function usersOf(state: State, id: number): number {
  const own = levelOfTable(state, id)
  const above = own === null ? undefined : state.arch.levels[own.depth - 1]
  const ops = above?.table
  if (above === undefined || ops === null || ops === undefined) return 1
  let users = 0
  state.tables.records.forEach((other, ref) => {
    if (LEVEL_NAMES[state.pool.get(ref, TABLE.level)] !== above.name) return
    state.tables.forEachEntry(other, (_index, lo, hi) => {
      if (ops.isTable(lo, hi) && state.tables.at(ops.frame(lo, hi), ops.offset(lo, hi)) === id) users++
    })
  })
  return users
}

export function tableView(state: State, id: number): TableView | null {
  const level = levelOfTable(state, id)
  if (!state.tables.has(id) || level === null) return null
  const cells: number[] = []
  const writtenAt: number[] = []
  const ref = tableRef(state, id)
  const kernelFrom = level.depth === 0 && ref.parent === null ? state.arch.userTopEntries : Infinity
  state.tables.forEachEntry(id, (index, lo, hi, k) => {
    const cell = cellClass(level, lo, hi, ref.kernel || index >= kernelFrom)
    if (cell === CELL.none) return
    cells.push(index, cell)
    writtenAt.push(Math.max(0, k))
  })
  const linkedElsewhere = ref.parent !== null && mmOf(state, ref.parent) !== mmOf(state, id)
  return { ...ref, users: linkedElsewhere ? usersOf(state, id) : 1, cells, writtenAt }
}

export function tableSummary(state: State, mm: number): TableSummary {
  const perLevel = state.arch.levels.map((level) => {
    const tables = state.tables.countOf(mm, LEVEL_NAMES.indexOf(level.name))
    return { level: level.name, tables, bytes: tables * level.allocBytes, counted: tables * level.counted }
  })
  const sum = (of: (level: (typeof perLevel)[number]) => number) =>
    perLevel.reduce((total, level) => total + of(level), 0)
  return {
    perLevel: perLevel.map(({ level, tables, bytes }) => ({ level, tables, bytes })),
    deposited: state.tables.depositedOf(mm),
    bytes: sum((level) => level.bytes),
    countedBytes: sum((level) => level.counted),
  }
}

/** Top table of an mm, or 0. */
export function rootOf(state: State, mm: number): number {
  const { tables, objects } = state
  const frame = objects.lo(OBJ.mm, mm, PGD_FIELD)
  const own = tables
    .inFrame(frame)
    .filter((id) => tables.word(id, TABLE.mm) === mm && parentOf(state, id) === 0)
  return own[0] ?? 0
}
