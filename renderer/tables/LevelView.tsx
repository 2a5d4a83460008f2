import type { TableView } from '../../src/trace/views.ts'
import { picked } from '../state/selection.ts'
import { tableAt } from '../state/tableViews.ts'
import type { LevelColumn } from './levels.ts'
import { TableGrid } from './TableGrid.tsx'

export function LevelView({ column }: { column: LevelColumn }) {
  if (column.kind === 'folded') return <Folded level={column.level} />
  if (column.kind === 'unreached') return <Unreached level={column.level} />
  const table = tableAt(column.depth)
  if (!table) return <Unreached level={column.level} waiting />
  const chosen = picked.value?.table === table.id ? picked.value.index : column.index
  return (
    <section class="level" aria-label={`${column.level} level`}>
      <header>
        <b
          class={`level-${column.level}`}
          title={`page frame 0x${table.frame.toString(16)}, byte ${table.offset}`}
        >
          {column.level} · 0x{table.frame.toString(16)}
          {table.offset > 0 && `+0x${table.offset.toString(16)}`}
        </b>
        <span data-testid={`used-${column.level}`}>
          {table.used} / {table.entries}
        </span>
      </header>
      <Marks table={table} />
      <TableGrid table={table} selected={chosen} />
    </section>
  )
}

function Marks({ table }: { table: TableView }) {
  const marks: string[] = []
  if (table.sharesPageWith.length > 0)
    marks.push(
      `⊞ shares its page with ${table.sharesPageWith.length === 1 ? 'table' : 'tables'} ${table.sharesPageWith.slice(0, 4).join(', ')}`,
    )
  if (table.users > 1) marks.push(`⧉ used by ${table.users} address spaces (shared hugetlb file)`)
  if (table.kernel) marks.push('▪ kernel')
  if (table.deposited) marks.push('↧ deposited under a huge page')
  return marks.length > 0 ? <p class="marks">{marks.join(' · ')}</p> : null
}

function Folded({ level }: { level: string }) {
  return (
    <section
      class="level folded"
      aria-label={`${level} level, folded`}
      data-testid={`folded-${level}`}
      title={`${level} is folded: the walk passes through the level above without a table of its own`}
    >
      <header>
        <b class={`level-${level}`}>{level}</b>
      </header>
      <div class="folded-box">
        <span>folded</span>
      </div>
    </section>
  )
}

function Unreached({ level, waiting = false }: { level: string; waiting?: boolean }) {
  return (
    <section class="level unreached" aria-label={`${level} level, no table`}>
      <header>
        <b class={`level-${level}`}>{level}</b>
        <span>{waiting ? '…' : 'no table'}</span>
      </header>
      <div class="unreached-box">{waiting ? '' : 'the walk ends above'}</div>
    </section>
  )
}
