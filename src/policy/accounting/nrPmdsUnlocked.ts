/**
 * A2 as it was first posted (v4.0-rc): __pmd_alloc counted the table before it looked whether another CPU had filled the
 * pud entry meanwhile, so the loser's table was counted too and never uncounted (DIGEST A-E8, mail 20150209164248).
 */
import type { Accounting } from '../../pgtable/accounting.ts'
import { nrPmdsUnconditional } from './nrPmds.ts'

export const nrPmdsUnlocked: Accounting = {
  ...nrPmdsUnconditional,
  id: 'nr_pmds_unconditional_rc',
  label: 'A2 rc',
  about: {
    used: '4.0-rc, until the increment moved under the check.',
    cost: 'As A2.',
    risk: 'Two faults below the same empty pud entry leave nr_pmds one too high at exit.',
  },
  lost(mm, level) {
    if (level.name === 'pmd') nrPmdsUnconditional.installed(mm, level)
  },
}
