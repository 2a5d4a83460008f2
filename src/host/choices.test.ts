import { expect, it } from 'vitest'
import { choices } from './choices.ts'

it('every kernel names an alternative that can be chosen', () => {
  const { kernels, seams } = choices()
  const [accounting] = seams
  expect(kernels.length).toBeGreaterThan(10)
  const ids = accounting.alternatives.map(({ id }) => id)
  for (const { version, chosen } of kernels)
    expect([version, ids]).toEqual([version, expect.arrayContaining([chosen.accounting])])
})

it('names the words of the filter and the files of /proc', () => {
  const { filter, procFiles } = choices()
  expect(filter.names).toContain('tlb_flush')
  expect(filter.keys.level).toMatch(/level:/)
  expect(procFiles.filter(({ ofProcess }) => ofProcess).map(({ file }) => file)).toContain('smaps')
})
