/** The architecture variants as rows for pickers and tables. */
import { describeVariant } from '../arch/describe.ts'
import { sectionsOf } from '../arch/describeRows.ts'
import { variants, withoutMmu } from '../arch/index.ts'
import type { Variant } from '../arch/variant.ts'
import type { ArchPage, ArchRow } from './protocol.ts'

export function archRows(): ArchRow[] {
  return variants().map(archRow)
}

export function archRow(variant: Variant): ArchRow {
  return {
    id: variant.id,
    aliases: variant.aliases ?? [],
    family: variant.family,
    title: variant.name,
    levels: levelsText(variant),
    pageSize: 2 ** variant.pageShift,
    bits: variant.bits,
    historic: variant.lastKernel !== undefined,
    uncertain: variant.uncertain.length > 0,
    mmu: true,
  }
}

/** Architectures without an MMU, which can be told about and no more. */
export function stubRows(): ArchRow[] {
  return withoutMmu.map(({ id, note }) => ({
    id,
    aliases: [],
    family: id,
    title: note,
    levels: 'no MMU',
    pageSize: 0,
    bits: 32,
    historic: true,
    uncertain: false,
    mmu: false,
  }))
}

/** 'pgd 512 · pud 512 · pmd 512 · pte 512', folded levels left out. */
export function levelsText(variant: Variant): string {
  return variant.levels.map((level) => `${level.name} ${level.entries}`).join(' · ')
}

/** @throws Error that names near ids. */
export function archPage(id: string): ArchPage {
  const stub = withoutMmu.find((each) => each.id === id)
  if (stub !== undefined) return stubPage(stub)
  const details = describeVariant(id)
  return { id: details.id, title: details.name, sections: sectionsOf(details) }
}

function stubPage({ id, note, lastKernel }: (typeof withoutMmu)[number]): ArchPage {
  const rows = [
    { name: 'MMU', value: 'none: there are no page tables, and no machine can be built on it' },
    { name: 'last kernel', value: lastKernel },
    { name: 'note', value: note },
  ]
  return { id, title: note, sections: [{ id: 'identity', title: 'Identity', rows }] }
}
