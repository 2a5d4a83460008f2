import { expect, it } from 'vitest'
import type { ArchPage } from '../../src/host/protocol.ts'
import { pageSections } from './archPages.ts'

const page = (sections: Record<string, Record<string, string>>): ArchPage => ({
  id: 'a',
  title: 'A',
  sections: Object.entries(sections).map(([id, rows]) => ({
    id,
    title: id,
    rows: Object.entries(rows).map(([name, value]) => ({ name, value })),
  })),
})

const ours = page({ levels: { pgd: '512', pte: '512' }, tlb: { walk: 'MMU' } })
const theirs = page({ levels: { pgd: '2', pmd: '512', pte: '512' }, prot: { '---': '0x0' } })

it('shows one page as it is, without differences', () => {
  const sections = pageSections(ours, null)
  expect(sections.map((s) => s.id)).toEqual(['levels', 'tlb'])
  expect(sections.flatMap((s) => s.rows).filter((row) => row.differs)).toEqual([])
})

it('matches rows of two pages by name, and marks what differs or is missing', () => {
  const [levels, tlb, prot] = pageSections(ours, theirs)
  expect(levels?.rows).toEqual([
    { name: 'pgd', left: '512', right: '2', differs: true },
    { name: 'pte', left: '512', right: '512', differs: false },
    { name: 'pmd', left: null, right: '512', differs: true },
  ])
  expect([levels?.differing, tlb?.differing, prot?.differing]).toEqual([2, 1, 1])
  expect(prot?.left).toBeNull()
})
