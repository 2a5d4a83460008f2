/** What can be chosen for a machine besides its architecture: kernels and, seam by seam, design alternatives. */
import { ACCOUNTING } from '../profile/accounting.ts'
import { KERNELS } from '../profile/kernels.ts'
import { OLDER } from '../profile/older.ts'
import { choicesOf, SEAMS, type ProfileChoice, type Seam } from '../profile/seams/index.ts'

export interface KernelRow {
  version: string
  recorded: string
  accounting: string
  note: string
  /** What the profile chooses for every seam. */
  seams: ProfileChoice[]
}

export function kernelProfiles(): KernelRow[] {
  return KERNELS.map(({ version, recorded, accounting }) => ({
    version,
    recorded,
    accounting,
    note: OLDER.find((older) => older.version === version)?.note ?? '',
    seams: choicesOf(version),
  }))
}

export function seamAlternatives(): Omit<Seam, 'history'>[] {
  return SEAMS.map(({ id, question, source, simulated, alternatives }) => ({
    id,
    question,
    source,
    simulated,
    alternatives,
  }))
}

export function accountingAlternatives(): {
  id: string
  label: string
  used: string
  cost: string
  risk: string
  fields: readonly string[]
}[] {
  return ACCOUNTING.map(({ id, label, about, fields }) => ({ id, label, ...about, fields }))
}
