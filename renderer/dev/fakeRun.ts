/** A small made-up run: a process touches 66 pages, forks, and the child writes. Numbers are plausible, nothing more. */
import type { EntryView, EventRow, OpRow, TableRef, TableView, WalkView } from '../../src/trace/views.ts'
import type { LevelName } from '../../src/arch/arch.ts'

export const PAGES = 66
export const BASE = 0x2000_001c_0000n
export const hex = (value: bigint | number): string => `0x${value.toString(16)}`

export const events: EventRow[] = []
export const calls: OpRow[] = []

function event(
  name: string,
  text: string,
  line: number,
  op: number,
  level: LevelName | null = null,
  mm = 1,
  cpu = 0,
): void {
  events.push({
    k: events.length,
    name,
    cpu,
    mm,
    ctx: 'task',
    op,
    line,
    level,
    text,
    time: events.length * 137,
  })
}

function call(
  text: string,
  result: string,
  line: number,
  body: (op: number) => void,
  counts: Partial<OpRow> = {},
): void {
  const op = calls.length + 1
  const first = events.length
  event('sys_enter', text, line, op)
  body(op)
  event('sys_exit', result, line, op)
  calls.push({
    op,
    first,
    last: events.length - 1,
    text,
    result,
    error: false,
    process: 1,
    file: 'fork-and-cow.ts',
    line,
    column: 5,
    faults: 0,
    tablesAllocated: 0,
    tablesFreed: 0,
    flushes: 0,
    ...counts,
  })
}

call("machine.spawn('parent')", 'pid 1', 7, (op) => {
  event('mm_page_alloc', 'frame 0x41c0, order 0', 7, op)
  event('pt_alloc', 'pgd table 1 at frame 0x41c0', 7, op, 'pgd')
})
call('parent.mmap({ length: 0x42000 })', hex(BASE), 8, (op) => event('field', 'map_count 0 → 1', 8, op))
call(
  'parent.write(0x2000001c0000, count 66)',
  '66 touched',
  9,
  (op) => {
    for (const level of ['pud', 'pmd', 'pte'] as const) event('pt_alloc', `${level} table`, 9, op, level)
    for (let page = 0; page < PAGES; page++) {
      event('page_fault_user', `write at ${hex(BASE + BigInt(page) * 4096n)}, not present (error 0x6)`, 9, op)
      event('set_entry', `pte[${(448 + page) % 512}] none → frame ${hex(0x4200 + page)}`, 9, op, 'pte')
      event('tlb_fill', `slot ${page}`, 9, op)
    }
  },
  { faults: 66, tablesAllocated: 3 },
)
call(
  "parent.fork('child')",
  'pid 2',
  11,
  (op) => {
    for (let i = 0; i < 4; i++)
      event('pt_alloc', 'child table', 11, op, (['pgd', 'pud', 'pmd', 'pte'] as const)[i] ?? 'pte', 2)
    event('copy_ptes', '64 entries write-protected in both', 11, op, 'pte', 2)
    event('tlb_flush', 'mm 1, every page', 11, op)
  },
  { tablesAllocated: 4, flushes: 1 },
)
call(
  'child.write(0x2000001ff000)',
  '1 touched',
  13,
  (op) => {
    event('page_fault_user', 'write at 0x2000001ff000, protection (error 0x7)', 13, op, null, 2, 1)
    event('mm_page_alloc', 'frame 0x4300, order 0', 13, op, null, 2, 1)
    event('set_entry', 'pte[511] 0x…423f025 → 0x…4300867', 13, op, 'pte', 2, 1)
    event('tlb_flush', '1 page', 13, op, null, 2, 1)
  },
  { faults: 1, flushes: 1 },
)
call('expect(child.frame(at)).not.toBe(parent.frame(at))', 'pass', 14, () => undefined)

export const firstWrite = events.findIndex((row) => row.name === 'set_entry')
export const forked = events.findIndex((row) => row.name === 'copy_ptes')
export const copied = events.findIndex((row) => row.text.startsWith('pte[511] 0x'))
export const touched = (k: number): number =>
  Math.max(0, Math.min(PAGES, Math.floor((k - firstWrite) / 3) + 1))

function table(
  id: number,
  level: LevelName,
  frame: number,
  used: number,
  parent: number | null,
  parentIndex: number,
  va: bigint,
): TableRef {
  return {
    id,
    level,
    frame,
    offset: 0,
    entries: 512,
    used,
    parent,
    parentIndex,
    va: hex(va),
    sharesPageWith: level === 'pmd' ? [9, 10] : [],
    users: 1,
    kernel: false,
    deposited: false,
  }
}

export function tablesAt(k: number, mm: number): TableRef[] {
  const n = touched(k)
  if (mm === 2 && k < forked) return []
  if (k < firstWrite) return [table(1, 'pgd', 0x41c0, 0, null, 0, 0n)]
  const id = mm === 2 ? 20 : 0
  const low = Math.min(n, 64)
  const tables = [
    table(id + 1, 'pgd', 0x41c0 + id, 66, null, 0, 0n),
    table(id + 2, 'pud', 0x41c4 + id, 1, id + 1, 64, 0x2000_0000_0000n),
    table(id + 3, 'pmd', 0x41c5 + id, n > 64 ? 2 : 1, id + 2, 0, 0x2000_0000_0000n),
    table(id + 4, 'pte', 0x41c6 + id, low, id + 3, 0, 0x2000_0000_0000n),
  ]
  return n > 64
    ? [...tables, table(id + 5, 'pte', 0x41c7 + id, n - 64, id + 3, 1, 0x2000_0020_0000n)]
    : tables
}

export function tableAt(k: number, id: number): TableView | null {
  const ref = tablesAt(k, id > 20 ? 2 : 1).find((one) => one.id === id)
  if (!ref) return null
  const cells: number[] = []
  const writtenAt: number[] = []
  const put = (index: number, code: number, at: number): void => {
    cells.push(index, code)
    writtenAt.push(at)
  }
  if (ref.level === 'pgd') {
    put(64, 1, firstWrite - 4)
    for (let i = 0; i < 65; i++) put(402 + i, 7, 0)
  } else if (ref.level === 'pte') {
    const from = ref.id % 20 === 4 ? 448 : 0
    for (let i = 0; i < ref.used; i++)
      put(
        from + i,
        k >= forked && !(k >= copied && id > 20 && from + i === 511) ? 2 : 3,
        k >= forked ? forked : firstWrite + i * 3,
      )
  } else for (let i = 0; i < ref.used; i++) put(i, 1, firstWrite - 3)
  return { ...ref, cells, writtenAt }
}

export function walkAt(k: number, mm: number, va: string): WalkView {
  const address = BigInt(va)
  const steps: WalkView['steps'] = []
  let tables = tablesAt(k, mm).filter((one) => one.parent === null)
  for (const [level, shift] of [
    ['pgd', 39n],
    ['pud', 30n],
    ['pmd', 21n],
    ['pte', 12n],
  ] as const) {
    const here = tables[0]
    if (!here) break
    const index = Number((address >> shift) & 511n)
    const has = tableAt(k, here.id)?.cells.some((cell, i) => i % 2 === 0 && cell === index) ?? false
    steps.push({
      level,
      table: here.id,
      frame: here.frame,
      index,
      raw: has ? '0x800000000421e867' : '0x0',
      kind: has ? (level === 'pte' ? 'leaf' : 'table') : 'none',
    })
    tables = tablesAt(k, mm).filter((one) => one.parent === here.id && one.parentIndex === index)
  }
  return {
    va,
    steps,
    folded: ['p4d'],
    result: steps.at(-1)?.kind === 'leaf' ? '' : `no entry at ${steps.at(-1)?.level ?? 'pgd'}`,
  }
}

const BIT_NAMES = ['P', 'R/W', 'U/S', 'PWT', 'PCD', 'A', 'D', 'PAT', 'G', 'SW1', 'SW2', 'SW3'] as const
const MEANINGS = [
  'present',
  'writable',
  'user',
  '',
  '',
  'accessed',
  'dirty',
  '',
  '',
  'special',
  'uffd-wp',
  'soft-dirty',
] as const

export function entryAt(k: number, id: number, index: number): EntryView | null {
  const view = tableAt(k, id)
  if (!view) return null
  const cell = view.cells.findIndex((one, i) => i % 2 === 0 && one === index)
  const raw = cell < 0 ? 0n : 0x8000_0000_0421_e867n
  const shift = { pgd: 39n, p4d: 39n, pud: 30n, pmd: 21n, pte: 12n }[view.level]
  const at = cell < 0 ? 0 : (view.writtenAt[cell / 2] ?? 0)
  return {
    table: view,
    index,
    va: hex(BigInt(view.va) + (BigInt(index) << shift)),
    raw: hex(raw),
    kind: cell < 0 ? 'none' : view.level === 'pte' ? 'leaf' : 'table',
    bits: [
      ...BIT_NAMES.map((name, bit) => ({
        name,
        hi: bit,
        lo: bit,
        macro: `_PAGE_BIT_${bit}`,
        value: String((raw >> BigInt(bit)) & 1n),
        meaning: MEANINGS[bit] ?? '',
        kind: 'flag' as const,
      })),
      {
        name: 'PFN',
        hi: 51,
        lo: 12,
        macro: 'PTE_PFN_MASK',
        value: hex((raw >> 12n) & 0xff_ffff_ffffn),
        meaning: '',
        kind: 'frame',
      },
      { name: 'pkey', hi: 62, lo: 59, macro: '_PAGE_PKEY_BIT0', value: '0', meaning: '', kind: 'flag' },
      {
        name: 'NX',
        hi: 63,
        lo: 63,
        macro: '_PAGE_NX',
        value: String(raw >> 63n),
        meaning: 'no execute',
        kind: 'flag',
      },
    ],
    summary: 'maps a page of its own',
    frame: cell < 0 ? null : 0x421e,
    mapcount: cell < 0 ? null : k >= forked ? 2 : 1,
    pageKind: 'anon',
    writtenBy: cell < 0 ? null : (events[at] ?? null),
    words: [],
  }
}
