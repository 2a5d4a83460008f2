/** What can be chosen for a machine besides its architecture: kernels and, seam by seam, design alternatives. */
import { ACCOUNTING } from '../profile/accounting.ts'
import { KERNELS } from '../profile/kernels.ts'
import { OLDER } from '../profile/older.ts'

export function kernelProfiles(): { version: string; recorded: string; accounting: string; note: string }[] {
  return KERNELS.map(({ version, recorded, accounting }) => ({
    version,
    recorded,
    accounting,
    note: OLDER.find((older) => older.version === version)?.note ?? '',
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
