import { position } from '../state/position.ts'
import { lastEvent, trace } from '../state/runs.ts'
import { mm } from '../state/snapshots.ts'
import { tableAt } from '../state/tableViews.ts'
import { walkQuery } from '../state/walk.ts'
import { CELL_CLASSES } from '../tables/cellClass.ts'
import { EntryDecoder } from '../tables/EntryDecoder.tsx'
import { heatByAge } from '../tables/heat.ts'
import { columnsOf } from '../tables/levels.ts'
import { LevelView } from '../tables/LevelView.tsx'
import { WalkCrumb } from '../tables/WalkCrumb.tsx'
import { Empty } from '../ui/Empty.tsx'
import { NoTrace } from '../ui/NoTrace.tsx'
import { MmSelect } from '../ui/MmSelect.tsx'

/** One column per level along a walk, the chosen entry decoded below. */
export function TablesPane() {
  if (!trace.value)
    return (
      <NoTrace title="No page tables yet">
        Run the scenario: every table on the way of an address appears here, level by level, at any moment of
        the run.
      </NoTrace>
    )
  const walk = walkQuery.data.value
  return (
    <>
      <div class="pane-head">
        <MmSelect />
        <Legend />
        <span class="grow" />
        <label class="check">
          <input
            type="checkbox"
            checked={heatByAge.value}
            onChange={(event) => (heatByAge.value = event.currentTarget.checked)}
          />{' '}
          fade with age
        </label>
      </div>
      {walk ? <Walked /> : <Nothing />}
    </>
  )
}

/** The classes that occur in the tables shown, as they are drawn. */
function Legend() {
  const depths = walkQuery.data.value?.steps.length ?? 0
  const codes = Array.from(
    { length: depths },
    (_, depth) => tableAt(depth)?.cells.filter((_cell, at) => at % 2 === 1) ?? [],
  )
  const present = new Set(codes.flat())
  return (
    <span class="legend" aria-label="Legend">
      {CELL_CLASSES.map((one, code) => {
        if (!present.has(code)) return null
        return (
          <span key={one.name}>
            <span aria-hidden="true">{one.sign}</span> {one.name}
          </span>
        )
      })}
    </span>
  )
}

function Walked() {
  const columns = columnsOf(walkQuery.data.value, mm.value)
  const template = columns
    .map((column) => (column.kind === 'folded' ? '44px' : 'minmax(96px, 1fr)'))
    .join(' ')
  return (
    <div class="walked">
      <div class="levels" style={{ gridTemplateColumns: template }}>
        {columns.map((column) => (
          <LevelView key={column.level} column={column} />
        ))}
      </div>
      <WalkCrumb />
      <EntryDecoder />
    </div>
  )
}

function Nothing() {
  if (walkQuery.error.value)
    return <Empty title="This address cannot be walked">{walkQuery.error.value}</Empty>
  if (position.value >= lastEvent.value && mm.value === null)
    return (
      <Empty title="Every process has exited" command="step.opBack">
        The run is over and its tables are freed. Step back to see them.
      </Empty>
    )
  return (
    <Empty title="Nothing is mapped at this event" command="step.op">
      Step to the first touch, or walk an address of your own with Alt+A.
    </Empty>
  )
}
