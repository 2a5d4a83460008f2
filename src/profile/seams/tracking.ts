import { all, type Seam } from './seam.ts'

/** Seam `tracking`: how the p?d_alloc chain says which levels it changed. */
export const tracking: Seam = {
  id: 'tracking',
  question: 'How is known which levels of the kernel’s tables a mapping changed?',
  source: 'mm/pgalloc-track.h, 2a681cfa5bb4; include/linux/pgtable.h: PGTBL_*_MODIFIED',
  simulated: false,
  alternatives: [
    { id: 'no_tracking', label: 'D0', about: 'It is not: whole areas are synchronised, or nothing.' },
    { id: 'track_nop4d', label: 'D1', about: 'p?d_alloc_track() with p4d folded by pgtable-nop4d.h.' },
    {
      id: 'track_5level_fixup',
      label: 'D2',
      about: 'The same over 5level-fixup.h, whose p4d_none() is always 0: powerpc does not boot.',
    },
    { id: 'track_fixup_macro', label: 'D3', about: 'D2 mended: the fixup header asks pgd_none().' },
    { id: 'track_4level_fixup', label: 'D4', about: 'The same for 4level-fixup.h.' },
    { id: 'track_table', label: 'D5', about: 'Generated from a table: upper level, tested level, bit.' },
  ],
  history: [
    { version: '2.6.24', choices: all('D0'), checked: true },
    { version: '5.8', choices: all('D1', '5.8-rc0 on ppc64: D2'), checked: true },
    { version: '6.1', choices: all('D1', 'and p?d_populate_kernel()'), checked: true },
  ],
}
