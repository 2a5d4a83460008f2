import { all, type Seam } from './seam.ts'

/** Seam `descriptor`: what stands for a pte table that is not reachable yet. */
export const descriptor: Seam = {
  id: 'descriptor',
  question: 'What stands for a pte table while no entry points to it?',
  source: '2f569afd9ced (pgtable_t), include/linux/mm_types.h: struct ptdesc (6.6), d08d4e7cd6bf (s390)',
  simulated: false,
  alternatives: [
    { id: 'struct_page', label: 'E0', about: 'struct page * everywhere: a table is a page.' },
    { id: 'pte_pointer', label: 'E1', about: 'pte_t *: the table’s address.' },
    {
      id: 'pgtable_t',
      label: 'E2',
      about: 'pgtable_t: struct page *, or pte_t * where tables share a page.',
    },
    { id: 'ptdesc_per_page', label: 'E3', about: 'struct ptdesc * per page (RFC of July 2024).' },
    { id: 'ptdesc_per_table', label: 'E4', about: 'struct ptdesc * per table.' },
    { id: 'page_and_offset', label: 'E5', about: 'A page and the offset in it.' },
  ],
  history: [
    { version: '2.6.24', choices: all('E0'), checked: true },
    { version: '3.19', choices: all('E2'), checked: true },
    { version: '6.1', choices: all('E2', 's390: two tables per page'), checked: true },
    {
      version: '6.12',
      choices: all('E2', 'struct ptdesc since 6.6; s390: one table per page'),
      checked: true,
    },
    { version: '7.2', choices: all('E2', 'constructors on every level'), checked: false },
  ],
}
