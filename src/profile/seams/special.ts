import type { Seam } from './seam.ts'

const BIT = 'architectures with pte_special'
const NO_BIT = 'architectures without the bit'

/** Seam `special`: is what an entry points to a normal, refcounted page? */
export const special: Seam = {
  id: 'special',
  question: 'Is the page behind an entry a normal, refcounted one?',
  source: 'mm/memory.c:vm_normal_page, 7e675137a8e1 (pte_special), 22b31eec63e5 (highest_memmap_pfn)',
  simulated: false,
  alternatives: [
    { id: 'struct_page_for_all', label: 'B0', about: 'Whatever is mapped has a struct page.' },
    { id: 'pfn_valid_mutex', label: 'B1', about: 'pfn_valid() walks a list of segments under a mutex.' },
    { id: 'pfn_valid_spinlock', label: 'B2', about: 'The same list under a spinlock.' },
    { id: 'sparsemem_section', label: 'B3', about: 'pfn_valid() looks the section up (sparsemem).' },
    { id: 'flatmem_max_mapnr', label: 'B4', about: 'pfn_valid() compares with max_mapnr (flatmem).' },
    {
      id: 'arch_refcount_hook',
      label: 'B5',
      about: 'The architecture is asked, per mapping, whether to count.',
    },
    { id: 'pte_special', label: 'B6', about: 'A software bit in the entry says so.' },
    {
      id: 'arch_vm_normal_page',
      label: 'B7',
      about: 'Each architecture has a vm_normal_page() of its own.',
    },
    { id: 'debug_pfn_check', label: 'B8', about: 'pfns are only compared as a check, never to decide.' },
  ],
  history: [
    {
      version: '2.6.24',
      choices: [{ on: '', label: 'B0', note: 'VM_PFNMAP apart; pfn_valid() checks every page' }],
      checked: true,
    },
    {
      version: '3.19',
      choices: [
        { on: BIT, label: 'B6', note: 'checked against highest_memmap_pfn (B8)' },
        { on: NO_BIT, label: 'B3', note: 'or B4, by memory model: VM_MIXEDMAP asks pfn_valid()' },
      ],
      checked: true,
    },
  ],
}
