/**
 * Every seam with its alternatives, and what each kernel version chose. Seams without a mechanism are named only: their
 * `simulated` is false, and no machine behaves differently for them.
 */
import { ACCOUNTING } from '../accounting.ts'
import { KERNELS } from '../kernels.ts'
import { descriptor } from './descriptor.ts'
import { propagation } from './propagation.ts'
import { all, type Choice, type Seam, type Since } from './seam.ts'
import { special } from './special.ts'
import { tracking } from './tracking.ts'

export type { Choice, NamedAlternative, Seam, SeamId } from './seam.ts'

/** Filled from the policies themselves. */
const accounting: Seam = {
  id: 'accounting',
  question: 'Who counts page tables per process?',
  source:
    'mm/oom_kill.c:oom_badness, include/linux/mm.h:mm_inc_nr_ptes, dc6c9a35b66b, af5b0f6a09e4, 1071fc5779d9',
  simulated: true,
  alternatives: ACCOUNTING.map(({ id, label, about }) => ({ id, label, about: about.used })),
  history: KERNELS.map((kernel) => ({
    version: kernel.version,
    choices: all(ACCOUNTING.find(({ id }) => id === kernel.accounting)?.label ?? ''),
    checked: true,
  })),
}

export const SEAMS: readonly Seam[] = [accounting, special, propagation, tracking, descriptor]

export interface ProfileChoice {
  seam: Seam['id']
  simulated: boolean
  checked: boolean
  choices: (Choice & { id: string })[]
}

/** What a kernel version chose for every seam. Unknown versions choose nothing. */
export function choicesOf(version: string): ProfileChoice[] {
  const at = KERNELS.findIndex((kernel) => kernel.version === version)
  return SEAMS.map(({ id, simulated, alternatives, history }) => {
    const row = rowAt(history, at)
    const choices = (row?.choices ?? []).map((choice) => ({
      ...choice,
      id: alternatives.find(({ label }) => label === choice.label)?.id ?? '',
    }))
    return { seam: id, simulated, checked: row?.checked ?? false, choices }
  })
}

/** The last row that is not newer than the kernel, in the order of KERNELS. */
function rowAt(history: readonly Since[], at: number): Since | undefined {
  const order = (version: string): number => KERNELS.findIndex((kernel) => kernel.version === version)
  return history.filter(({ version }) => order(version) >= 0 && order(version) <= at).at(-1)
}
