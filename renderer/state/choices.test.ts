import { expect, it } from 'vitest'
import { choices, profileChoice } from './choices.ts'

const seam = {
  id: 'accounting' as const,
  title: 'accounting',
  about: '',
  source: '',
  alternatives: [{ id: 'nr_ptes_only', label: 'A0', used: '', risk: '' }],
}

it('knows what a profile chooses', () => {
  choices.value = {
    ...choices.value,
    kernels: [{ version: '3.19', recorded: '', note: '', chosen: { accounting: 'nr_ptes_only' } }],
  }
  expect(profileChoice(seam, '3.19')?.label).toBe('A0')
  expect(profileChoice(seam, '9.9')).toBeNull()
})
