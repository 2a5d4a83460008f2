import type { Choice, Seam } from './seam.ts'

const OWN_ROOT: Choice = {
  on: 'architectures with a kernel root of its own',
  label: 'C9',
  note: 'arm64, s390, loongarch, mips64, sparc64, m68k, ppc64 radix',
}
const ARM: Choice = { on: 'arm, 2 levels', label: 'C8' }
const x86 = (label: string, note?: string): Choice =>
  note === undefined ? { on: 'x86-64', label } : { on: 'x86-64', label, note }
const x86_32 = (label: string): Choice => ({ on: 'x86-32', label })
const riscv = (label: string, note?: string): Choice =>
  note === undefined ? { on: 'riscv64', label } : { on: 'riscv64', label, note }

/** Seam `propagation`: how new kernel entries reach the top table of every process. */
export const propagation: Seam = {
  id: 'propagation',
  question: 'How does a new kernel entry reach the top table of every process?',
  source:
    'arch/x86/mm/fault.c:vmalloc_fault, arch/x86/mm/init_64.c, 4819e15f740e, 6eb82f994026, 7cc183f2e67d; arch/arm/mm: vmalloc_seq',
  simulated: false,
  alternatives: [
    { id: 'lazy_fault', label: 'C0', about: 'It is copied by the fault of whoever misses it.' },
    { id: 'pgd_list_walk', label: 'C1', about: 'It is written into every top table on pgd_list.' },
    {
      id: 'task_walk',
      label: 'C1t',
      about: 'The same by a walk over all processes (proposed in 2015, not merged).',
    },
    { id: 'switch_count', label: 'C2', about: 'A context switch copies what its count says is missing.' },
    { id: 'generation', label: 'C3', about: 'A generation number says whether the list must be walked.' },
    {
      id: 'mask_track_sync',
      label: 'C4',
      about: 'Modified levels are tracked; a mask says which need the walk.',
    },
    { id: 'mask_and_lazy', label: 'C5', about: 'C4, and C0 for what races with it.' },
    { id: 'prealloc', label: 'C6', about: 'The tables of the whole area are made at boot.' },
    {
      id: 'prealloc_populate_kernel',
      label: 'C7',
      about: 'C6, and pgd_populate_kernel() for what is not vmalloc.',
    },
    { id: 'arm_seq', label: 'C8', about: 'A sequence number, compared at context switch.' },
    { id: 'separate_root', label: 'C9', about: 'The kernel has a root of its own: nothing to do.' },
  ],
  history: [
    {
      version: '2.6.24',
      choices: [x86('C0', 'C1 for hot-plugged memory'), x86_32('C0'), ARM, OWN_ROOT],
      checked: false,
    },
    {
      version: '3.19',
      choices: [x86('C0', 'C1 for hot-plugged memory'), x86_32('C0'), ARM, OWN_ROOT],
      checked: true,
    },
    {
      version: '4.9',
      choices: [x86('C0', 'and the stack’s entry at context switch'), x86_32('C0'), ARM, OWN_ROOT],
      checked: true,
    },
    {
      version: '4.15',
      choices: [x86('C0', 'page-table isolation'), x86_32('C0'), riscv('C0'), ARM, OWN_ROOT],
      checked: true,
    },
    {
      version: '5.8',
      choices: [x86('C4'), x86_32('C4'), riscv('C0'), ARM, OWN_ROOT],
      checked: true,
    },
    {
      version: '5.10',
      choices: [x86('C6'), x86_32('C5'), riscv('C0'), ARM, OWN_ROOT],
      checked: true,
    },
    {
      version: '6.1',
      choices: [x86('C7', 'since the fixes of September 2025'), x86_32('C5'), riscv('C0'), ARM, OWN_ROOT],
      checked: true,
    },
    {
      version: '6.12',
      choices: [
        x86('C7', 'since the fixes of September 2025; 6.12.0 had C6'),
        x86_32('C5'),
        riscv('C6', 'and a lazy sfence per CPU'),
        ARM,
        OWN_ROOT,
      ],
      checked: true,
    },
  ],
}
