/** Entries of the table at each step of the walk, top table first. */
import type { TableView } from '../../src/trace/views.ts'
import { createQuery, type Query } from './query.ts'
import { at, tablesQuery } from './snapshots.ts'
import { walkQuery } from './walk.ts'

const MAX_LEVELS = 5

function queryOf(depth: number): Query<'table'> {
  return createQuery('table', () => {
    const id = walkQuery.data.value?.steps[depth]?.table
    const exists = tablesQuery.data.value?.some((table) => table.id === id)
    return at.value && id !== undefined && exists ? { params: { ...at.value, id } } : null
  })
}

const queries = Array.from({ length: MAX_LEVELS }, (_, depth) => queryOf(depth))

/** The table that the walk meets at `depth`; null while it is fetched or when the walk ends above. */
export function tableAt(depth: number): TableView | null {
  return queries[depth]?.data.value ?? null
}
