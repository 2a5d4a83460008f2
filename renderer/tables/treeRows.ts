import type { TableRef } from '../../src/trace/views.ts'

export interface TreeRow {
  table: TableRef
  depth: number
  children: number
  open: boolean
}

const OPEN_DEPTH = 3

/** Rows of the tree in sight: parents before children, siblings by entry; `toggled` holds what the user folded or unfolded. */
export function treeRows(tables: readonly TableRef[], toggled: ReadonlySet<number>): TreeRow[] {
  const children = new Map<number | null, TableRef[]>()
  const known = new Set(tables.map((table) => table.id))
  for (const table of tables) {
    const parent = table.parent !== null && known.has(table.parent) ? table.parent : null
    const list = children.get(parent)
    if (list) list.push(table)
    else children.set(parent, [table])
  }
  const rows: TreeRow[] = []
  const visit = (table: TableRef, depth: number): void => {
    const below = children.get(table.id) ?? []
    const open = below.length > 0 && depth < OPEN_DEPTH !== toggled.has(table.id)
    rows.push({ table, depth, children: below.length, open })
    if (open) for (const child of byIndex(below)) visit(child, depth + 1)
  }
  for (const root of children.get(null) ?? []) visit(root, 0)
  return rows
}

function byIndex(tables: readonly TableRef[]): TableRef[] {
  return [...tables].sort((a, b) => a.parentIndex - b.parentIndex)
}
