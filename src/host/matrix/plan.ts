/** Which machines the matrix is made of. */
import { accountingAlternatives, kernelProfiles } from '../../lab/profiles.ts'

export interface MatrixAlternative {
  id: string
  label: string
  used: string
  risk: string
  /** The kernel it is tried on: the last one that used it, or the one it was tried for. */
  kernel: string
}

export interface MatrixSeam {
  id: string
  title: string
  /** Scenario that is run on every machine, a file of scenarios/. */
  scenario: string
  alternatives: readonly MatrixAlternative[]
}

const DEFAULT_KERNEL = '6.12'
/** Alternatives that no released kernel used, or on one architecture only. */
const TRIED_ON: Readonly<Record<string, string>> = {
  pgtables_bytes_s390_hack: '4.16',
  nr_pmds_conditional_asm_macro: 'mmotm-2015-01-22',
  split_header: 'mmotm-2015-01-22',
  nr_pmds_unconditional_rc: '4.0',
}
const BEFORE_IT_ALL = '3.19'

export function matrixSeams(): MatrixSeam[] {
  const profiles = kernelProfiles()
  const versions = profiles.map(({ version }) => version)
  const kernelOf = (id: string): string => {
    const tried = TRIED_ON[id]
    if (tried !== undefined) return versions.includes(tried) ? tried : BEFORE_IT_ALL
    const users = profiles.filter(({ accounting }) => accounting === id).map(({ version }) => version)
    if (users.length === 0 || users.includes(DEFAULT_KERNEL)) return DEFAULT_KERNEL
    return users.at(-1)!
  }
  return [
    {
      id: 'accounting',
      title: 'Who counts the page tables of a process',
      scenario: 'does-the-count-come-out-even.ts',
      alternatives: accountingAlternatives().map(({ id, label, used, risk }) => ({
        id,
        label,
        used,
        risk,
        kernel: kernelOf(id),
      })),
    },
  ]
}

/** @throws Error that lists the seams. */
export function findSeam(id: string): MatrixSeam {
  const seams = matrixSeams()
  const found = seams.find((each) => each.id === id)
  if (found) return found
  throw new Error(
    `there is no seam '${id}' in the matrix. It has ${seams.map((each) => each.id).join(', ')}.`,
  )
}

/** A machine of one cell. */
export interface CellSpec {
  arch: string
  kernel: string
  cpus: number
  policies: Record<string, string>
}

/** A kernel for one CPU and one for two: locks are nothing in the first, threads race in the second. */
const CPUS = [1, 2]

export function cellSpecs(seam: MatrixSeam, alternative: MatrixAlternative, arch: string): CellSpec[] {
  const { kernel, id } = alternative
  return CPUS.map((cpus) => ({ arch, kernel, cpus, policies: { [seam.id]: id } }))
}
