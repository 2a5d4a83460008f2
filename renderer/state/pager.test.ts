import { type Signal, signal } from '@preact/signals'
import { expect, it } from 'vitest'
import { createPager, type Listed, PAGE_ROWS } from './pager.ts'

function listOf(total: Signal<number>, key: { value: string }, asked: string[]) {
  return (): Listed<string> => {
    const name = key.value
    return {
      key: name,
      version: total.value,
      fetch: (from, count) => {
        asked.push(`${name} ${from}`)
        const size = Math.max(0, Math.min(count, total.peek() - from))
        return Promise.resolve({
          total: total.peek(),
          rows: Array.from({ length: size }, (_, i) => `${name}${from + i}`),
        })
      },
    }
  }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}

it('fetches a page once, when one of its rows is looked at', async () => {
  const asked: string[] = []
  const pager = createPager(listOf(signal(PAGE_ROWS * 5), { value: 'a' }, asked))
  await settle()
  expect(pager.total.value).toBe(PAGE_ROWS * 5)
  expect(pager.row(3)).toBe('a3')
  expect(pager.row(PAGE_ROWS * 2 + 1)).toBeNull()
  expect(pager.row(PAGE_ROWS * 2 + 2)).toBeNull()
  await settle()
  expect(pager.row(PAGE_ROWS * 2 + 1)).toBe(`a${PAGE_ROWS * 2 + 1}`)
  expect(asked).toEqual(['a 0', `a ${PAGE_ROWS * 2}`])
})

it('fetches only the last page again when the list grows', async () => {
  const asked: string[] = []
  const total = signal(PAGE_ROWS + 50)
  const pager = createPager(listOf(total, { value: 'a' }, asked))
  await settle()
  pager.row(PAGE_ROWS)
  await settle()
  total.value = PAGE_ROWS + 60
  await settle()
  expect(pager.total.value).toBe(PAGE_ROWS + 60)
  expect(pager.row(PAGE_ROWS + 59)).toBe(`a${PAGE_ROWS + 59}`)
  expect(asked).toEqual(['a 0', `a ${PAGE_ROWS}`, `a ${PAGE_ROWS}`])
})

it('starts over for another list and ignores late answers of the one before', async () => {
  const asked: string[] = []
  const key = signal('a')
  const pager = createPager(listOf(signal(10), key, asked))
  key.value = 'b'
  await settle()
  expect(pager.row(0)).toBe('b0')
})
