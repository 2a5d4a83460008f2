import { expect, it } from 'vitest'
import type { TableRef } from '../../src/trace/views.ts'
import { columnsOf } from './levels.ts'
import { treeRows } from './treeRows.ts'

const table = (id: number, parent: number | null, parentIndex = 0): TableRef => ({
  id,
  parent,
  parentIndex,
  level: 'pte',
  frame: id,
  offset: 0,
  entries: 512,
  used: 1,
  va: '0x0',
  sharesPageWith: [],
  users: 1,
  kernel: false,
  deposited: false,
})
const shown = (tables: TableRef[], toggled: number[] = []) =>
  treeRows(tables, new Set(toggled)).map((row) => `${'-'.repeat(row.depth)}${row.table.id}`)

it('lists parents before children and siblings by entry', () => {
  expect(shown([table(1, null), table(2, 1, 9), table(3, 1, 4), table(4, 3)])).toEqual([
    '1',
    '-3',
    '--4',
    '-2',
  ])
})

it('folds what the user folds, and starts folded deep down', () => {
  const deep = [table(1, null), table(2, 1), table(3, 2), table(4, 3), table(5, 4)]
  expect(shown(deep)).toEqual(['1', '-2', '--3', '---4'])
  expect(shown(deep, [4])).toEqual(['1', '-2', '--3', '---4', '----5'])
  expect(shown(deep, [1])).toEqual(['1'])
})

it('shows a table whose parent is not listed at the top', () => {
  expect(shown([table(2, 77)])).toEqual(['2'])
})

it('draws a column per level: walked, folded or not reached', () => {
  const walk = {
    va: '0x0',
    folded: ['p4d' as const],
    result: '',
    steps: [{ level: 'pgd' as const, table: 1, frame: 1, index: 3, raw: '0x0', kind: 'none' as const }],
  }
  const perLevel = (['pgd', 'pud', 'pmd', 'pte'] as const).map((level) => ({ level, tables: 0, bytes: 0 }))
  const columns = columnsOf(walk, { tables: { perLevel, deposited: 0, bytes: 0, countedBytes: 0 } })
  expect(columns.map((column) => `${column.level} ${column.kind}`)).toEqual([
    'pgd table',
    'p4d folded',
    'pud unreached',
    'pmd unreached',
    'pte unreached',
  ])
})

it('calls a level above the first table folded', () => {
  const walk = {
    va: '0x0',
    folded: [],
    result: '',
    steps: [{ level: 'pud' as const, table: 1, frame: 1, index: 3, raw: '0x0', kind: 'none' as const }],
  }
  const perLevel = (['pgd', 'pud'] as const).map((level) => ({ level, tables: 0, bytes: 0 }))
  const columns = columnsOf(walk, { tables: { perLevel, deposited: 0, bytes: 0, countedBytes: 0 } })
  expect(columns.map((column) => `${column.level} ${column.kind}`)).toEqual([
    'pgd folded',
    'p4d folded',
    'pud table',
  ])
})
