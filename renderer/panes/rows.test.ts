import { expect, it } from 'vitest'
import { rowsUntil } from './rowsUntil.ts'
import { spanText, vmaAt } from './vmaText.ts'
import { isWhole } from '../dock/wholeLayout.ts'
import { PANE_IDS } from '../dock/paneIds.ts'

it('counts the rows written so far', () => {
  const rows = [{ k: 3 }, { k: 3 }, { k: 8 }]
  expect([-1, 3, 7, 8].map((k) => rowsUntil(rows, k))).toEqual([0, 2, 2, 3])
})

it('finds the VMA of an address', () => {
  const vmas = [
    { start: '0x1000', end: '0x3000' },
    { start: '0x5000', end: '0x6000' },
  ]
  expect(['0x1000', '0x2fff', '0x3000', '0x5fff'].map((va) => vmaAt(vmas, va))).toEqual([0, 0, -1, 1])
  expect(vmaAt(vmas, null)).toBe(-1)
  expect(spanText({ start: '0x1000', end: '0x3000' })).toBe('8 KiB')
})

it('uses a saved layout only when it holds every pane', () => {
  const panels = Object.fromEntries(PANE_IDS.map((id) => [id, {}]))
  expect(isWhole({ grid: {}, panels })).toBe(true)
  const { editor: _lost, ...rest } = panels
  expect(isWhole({ grid: {}, panels: rest })).toBe(false)
  expect(isWhole({ panels })).toBe(false)
  expect(isWhole(null)).toBe(false)
})
