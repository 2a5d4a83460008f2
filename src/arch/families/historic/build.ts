/** Builder for removed architectures: facts of 3.19 (ia64: 6.1); protections are worked out from the named bits. */
import { flush } from '../../flush.ts'
import { bits } from '../../bits.ts'
import type { EntryFormat, Field, Piece, SwapFormat, TableFormat, Test } from '../../format.ts'
import { anyOf, bottomUp, field, folded, has, is, lacks, region } from '../../make.ts'
import { plainEntry, table, type Keeper, type TableRules } from '../../plain.ts'
import type { DeepPartial, Habit, LevelSpec, TlbFacts, Variant } from '../../variant.ts'

/** Bits by the part they play. Missing ones don't exist. */
export interface Roles {
  present: bigint
  accessed?: bigint
  dirty: bigint
  read?: bigint
  write?: bigint
  readOnly?: bigint
  exec?: bigint
  user?: bigint
  /** Set in every user protection (cache attribute …). */
  always?: bigint
  protnone?: bigint
}

export interface Historic {
  id: string
  family: string
  name: string
  lastKernel: string
  aliases?: string[]
  bits?: 32 | 64
  endian: 'little' | 'big'
  pageShift: number
  levels: LevelSpec[]
  foldedBy: string
  folded: ('p4d' | 'pud' | 'pmd')[]
  vaBits: number
  taskSize: bigint
  firstUserAddress?: bigint
  userTopEntries: number
  fields: [name: string, high: number, low: number, meaning: string][]
  roles: Roles
  pfn: Piece[]
  swap: { type: Piece[]; offset: Piece[] }
  table: TableRules
  tables?: Partial<Record<LevelSpec['name'], TableRules>>
  walk: string
  kernelEntries: string
  vmallocFault: string | null
  keepers?: { accessed: Keeper; dirty: Keeper }
  habits?: Habit[]
  rules?: DeepPartial<EntryFormat>
  uncertain?: string[]
  oddities?: string[]
  source?: string
}

/** Private writable pages are read-only until the first write. */
function protectionMap(roles: Roles): bigint[] {
  const {
    present,
    accessed = 0n,
    read = 0n,
    write = 0n,
    readOnly = 0n,
    exec = 0n,
    user = 0n,
    always = 0n,
  } = roles
  const base = present | accessed | always
  return Array.from({ length: 16 }, (_, i) => {
    if ((i & 7) === 0)
      return roles.protnone === undefined ? base | readOnly : accessed | always | roles.protnone
    const writable = (i & 2) !== 0 && (i & 8) !== 0
    const permissions = user | read | (writable ? write : readOnly) | ((i & 4) !== 0 ? exec : 0n)
    return base | permissions
  })
}

function swapFormat(h: Historic): SwapFormat {
  return { ...h.swap, set: 0n, exclusive: 0n, softDirty: 0n, uffdWp: 0n }
}

function entry(h: Historic, fields: Field[]): EntryFormat {
  const { roles } = h
  const width = h.levels.at(-1)!.entryBytes === 8 ? 64 : 32
  const present: Test =
    roles.protnone === undefined ? has(roles.present) : anyOf(roles.present | roles.protnone)
  const permission = (roles.user ?? 0n) | (roles.read ?? 0n)
  const protnone: Test =
    roles.protnone !== undefined
      ? is(roles.present | roles.protnone, roles.protnone)
      : permission === 0n
        ? { not: lacks(0n) }
        : is(roles.present | permission, roles.present)
  const address = h.pfn.reduce((m, p) => m | bits(p.entry + p.width - 1, p.entry), 0n)
  return plainEntry(
    {
      geometry: { levels: h.levels } as Variant,
      fields,
      prot: protectionMap(roles),
      swap: swapFormat(h),
      pfn: h.pfn,
      keep: (address | (roles.accessed ?? 0n) | roles.dirty) & bits(width - 1, 0),
    },
    {
      present,
      accessed: roles.accessed ?? 0n,
      dirty: roles.dirty,
      ...(roles.write === undefined ? {} : { write: roles.write }),
      ...(roles.readOnly === undefined ? {} : { readOnly: roles.readOnly }),
      protnone,
      accessedBy: h.keepers?.accessed ?? 'mmu',
      dirtyBy: h.keepers?.dirty ?? 'mmu',
      hw: {
        valid: has(roles.present),
        user: permission === 0n ? has(roles.present) : has(permission),
        read: has(roles.read ?? roles.present),
        exec: has(roles.exec ?? roles.present),
      },
    },
  )
}

const tlb = (walk: string): TlbFacts => ({
  walk,
  asid: '',
  page: '',
  range: '',
  full: '',
  broadcast: '',
  ceiling: null,
  lazy: '',
  batching: 'none',
  flush: flush({ scheme: 'call', source: 'not stated: page by page, by interrupts' }),
  mmuGather: [],
})

function tablesOf(h: Historic): Partial<Record<LevelSpec['name'], TableFormat>> {
  const tables: Partial<Record<LevelSpec['name'], TableFormat>> = {}
  for (const level of h.levels.slice(0, -1)) {
    tables[level.name] = table(level.entryBytes === 8 ? 64 : 32, h.tables?.[level.name] ?? h.table)
  }
  return tables
}

export function historic(h: Historic): Variant {
  const fields = h.fields.map(([name, high, low, meaning]) => field(name, bits(high, low), '', meaning))
  const page = 1n << BigInt(h.pageShift)
  return {
    id: h.id,
    family: h.family,
    name: h.name,
    aliases: h.aliases ?? [],
    bits: h.bits ?? 32,
    endian: h.endian,
    kernel: h.source ?? '3.19',
    lastKernel: h.lastKernel,
    verifiedBy: 'read by hand from headers',
    uncertain: ['protections are worked out from the named bits, not probed', ...(h.uncertain ?? [])],
    oddities: h.oddities ?? [],
    diff61: [],
    sources: { geometry: [`arch/${h.family}/include/asm/pgtable.h (${h.source ?? '3.19'})`] },
    features: [],
    overrides: [],
    pageShift: h.pageShift,
    levels: h.levels,
    folded: folded('always', h.foldedBy, ...h.folded),
    runtimeFold: null,
    vaBits: h.vaBits,
    space: {
      taskSize: h.taskSize,
      mmapWindow: h.taskSize,
      highHint: null,
      firstUserAddress: h.firstUserAddress ?? 0n,
      userTopEntries: h.userTopEntries,
      stackTop: h.taskSize,
      mmap: bottomUp(
        ((h.taskSize / 3n + page - 1n) / page) * page,
        'TASK_UNMAPPED_BASE, assumed TASK_SIZE / 3',
      ),
      mmapMinAddr: 4096n,
    },
    layout: [region('user', h.firstUserAddress ?? 0n, h.taskSize - 1n, 'user space')],
    pgtableT: 'struct page *',
    ptdesc: false,
    splitPteLocks: true,
    splitPmdLocks: false,
    pgdInit: {
      kernelEntries: h.kernelEntries.startsWith('none') ? 'none' : 'copied',
      note: h.kernelEntries,
      prealloc: [],
    },
    kernelSync: { mask: 0, archSync: false, vmallocFault: h.vmallocFault, pgdList: null },
    special: { pteSpecial: false, devmap: false, memoryModel: 'FLATMEM', pfnValid: 'pfn below max_mapnr' },
    habits: h.habits ?? ['software-refill'],
    pte: { ...entry(h, fields), ...(h.rules as Partial<EntryFormat> | undefined) },
    huge: {},
    tables: tablesOf(h),
    hugetlb: [],
    thp: [],
    contPte: [],
    thpPmd: false,
    tlb: tlb(h.walk),
  }
}
