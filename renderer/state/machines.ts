/** What the user asks of the machine instead of what the scenario says. */
import { computed, signal } from '@preact/signals'
import { machine } from './runs.ts'
import type { ArchRow, Params } from '../../src/host/protocol.ts'

export type MachineSpec = NonNullable<Params<'run'>['machines']>[number]

export const arches = signal<readonly ArchRow[]>([])
export const overrides = signal<MachineSpec>({})
export const overridden = computed(() => Object.keys(overrides.value).length > 0)

export const CPU_COUNTS = [1, 2, 4, 8, 16, 64] as const

/** Sets one property, or gives it back to the scenario with undefined. */
export function override<K extends keyof MachineSpec>(name: K, value: MachineSpec[K] | undefined): void {
  const next = { ...overrides.value }
  if (value === undefined) delete next[name]
  else next[name] = value
  overrides.value = next
}

export function overridePolicy(seam: string, value: string | undefined): void {
  const policies = { ...overrides.value.policies }
  if (value === undefined || value === '') delete policies[seam]
  else policies[seam] = value
  override('policies', Object.keys(policies).length > 0 ? policies : undefined)
}

export function findArch(name: string): ArchRow | null {
  return arches.value.find((row) => row.id === name || row.aliases.includes(name)) ?? null
}

/** Bytes, of the machine shown. */
export const pageSize = computed(() => machine.value?.pageSize ?? 4096)

/** Rows that contain every word typed, in id, alias, family or title. */
export function searchArches(rows: readonly ArchRow[], text: string): ArchRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter((row) => {
    const where = [row.id, ...row.aliases, row.family, row.title, row.levels].join(' ').toLowerCase()
    return words.every((word) => where.includes(word))
  })
}
