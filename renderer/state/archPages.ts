/** The architecture whose page is shown, and the one it is compared with. */
import { computed, signal } from '@preact/signals'
import type { ArchPage } from '../../src/host/protocol.ts'
import { arches, findArch } from './machines.ts'
import { createQuery } from './query.ts'
import { machine } from './runs.ts'

const chosen = signal<string | null>(null)
export const comparedArch = signal<string | null>(null)

/** The chosen one; else that of the machine shown, else the first of the list. */
export const shownArch = computed(
  () => chosen.value ?? findArch(machine.value?.arch ?? '')?.id ?? arches.value[0]?.id ?? null,
)

export function showArch(id: string): void {
  chosen.value = id
  if (comparedArch.value === id) comparedArch.value = null
}

const wish = (id: string | null) => (id === null ? null : { params: { id } })
export const shownQuery = createQuery('archDetails', () => wish(shownArch.value))
export const comparedQuery = createQuery('archDetails', () => wish(comparedArch.value))

type Section = ArchPage['sections'][number]

export interface PageRow {
  name: string
  left: string | null
  /** Null in a page of one, and where the second does not have the row. */
  right: string | null
  differs: boolean
}

export interface PageSection {
  id: string
  title: string
  left: Section | null
  right: Section | null
  rows: PageRow[]
  differing: number
}

/** Rows of one page, or of two matched by section and name, in the order of the first. */
export function pageSections(left: ArchPage, right: ArchPage | null): PageSection[] {
  const others = new Map(right?.sections.map((each) => [each.id, each]))
  const ids = new Set([...left.sections.map(({ id }) => id), ...others.keys()])
  const own = new Map(left.sections.map((each) => [each.id, each]))
  return [...ids].map((id) => {
    const pair = [own.get(id) ?? null, others.get(id) ?? null] as const
    const rows = rowsOf(...pair, right !== null)
    const title = pair[0]?.title ?? pair[1]?.title ?? id
    return { id, title, left: pair[0], right: pair[1], rows, differing: rows.filter((r) => r.differs).length }
  })
}

function rowsOf(left: Section | null, right: Section | null, comparing: boolean): PageRow[] {
  const values = (section: Section | null) => new Map(section?.rows.map((row) => [row.name, row.value]))
  const [mine, theirs] = [values(left), values(right)]
  return [...new Set([...mine.keys(), ...theirs.keys()])].map((name) => {
    const row = { name, left: mine.get(name) ?? null, right: theirs.get(name) ?? null }
    return { ...row, differs: comparing && row.left !== row.right }
  })
}
