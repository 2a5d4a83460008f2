import { expect, it } from 'vitest'
import { complaint, type Layout, shiftOf, shiftText, stretches } from './structLayout.ts'

const unit = (name: string, offsets: number[], bytes: number, shift: Layout['units'][number]['shift']) => ({
  unit: name,
  includes: [],
  sawFolded: shift !== null,
  chain: [],
  offsets,
  bytes,
  shift,
})
const field = (name: string, bytes: number) => ({ name, type: '', bytes, condition: '' })
const layout: Layout = {
  struct: 'mm_struct',
  lock: 'mmap_sem',
  source: '',
  fields: [field('nr_ptes', 8), field('nr_pmds', 8), field('map_count', 4), field('mmlist', 8)],
  units: [
    unit('kernel/fork.c', [0, 8, 16, 24], 32, null),
    unit('mm/memory.c', [0, -1, 8, 16], 24, { field: 'map_count', bytes: -8 }),
  ],
  hits: [],
}

it('shows holes', () => {
  expect(stretches(layout, layout.units[0]!)).toEqual([
    { slot: 0, at: 0, bytes: 8 },
    { slot: 1, at: 8, bytes: 8 },
    { slot: 2, at: 16, bytes: 4 },
    { slot: -1, at: 20, bytes: 4 },
    { slot: 3, at: 24, bytes: 8 },
  ])
})

it('says in words what lies elsewhere', () => {
  const [first, second] = layout.units
  expect([0, 1, 2, 3].map((slot) => shiftOf(layout, second!, slot))).toEqual([0, null, -8, -8])
  expect([shiftText(-8), shiftText(4), shiftText(0)]).toEqual(['8 bytes lower', '4 bytes higher', ''])
  expect(complaint(layout, first!)).toBe('')
  expect(complaint(layout, second!)).toBe(
    'mm/memory.c: map_count and all that follows lie 8 bytes lower than in kernel/fork.c. nr_pmds is not there.',
  )
})
