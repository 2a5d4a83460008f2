import { expect, it } from 'vitest'
import { ACCOUNTING } from '../../src/profile/accounting.ts'
import { KERNELS as PROFILES } from '../../src/profile/kernels.ts'
import { KERNELS, profileChoice, SEAMS } from './choices.ts'

it('offers the kernels and alternatives that the lab has', () => {
  expect(KERNELS).toEqual(PROFILES.map(({ version, accounting }) => ({ version, accounting })))
  const [accounting] = SEAMS
  expect(accounting?.alternatives).toEqual(
    ACCOUNTING.map(({ id, label, about }) => ({ id, label, used: about.used, risk: about.risk })),
  )
})

it('knows what a profile chooses', () => {
  const [seam] = SEAMS
  if (!seam) throw new Error('no seam')
  expect(profileChoice(seam, '3.19')?.label).toBe('A0')
  expect(profileChoice(seam, '9.9')).toBeNull()
})
