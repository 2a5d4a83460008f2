import { address } from '../state/format.ts'
import { focusVa } from '../state/selection.ts'
import { entryQuery, pickEntry, shownEntry, walkQuery } from '../state/walk.ts'
import { CommandButton } from '../ui/CommandButton.tsx'

/** The walk as a line: each step leads to its entry. */
export function WalkCrumb() {
  const walk = walkQuery.data.value
  const entry = entryQuery.data.value
  if (!walk) return null
  const shown = shownEntry.value
  return (
    <div class="crumb" data-testid="walk">
      <CommandButton id="go.address" class="link">
        walk
      </CommandButton>
      <b data-testid="walk-va">{address(walk.va)}</b>
      {walk.steps.map((step) => (
        <span key={step.level}>
          {' → '}
          <button
            type="button"
            class={`link level-${step.level} ${shown?.table === step.table && shown.index === step.index ? 'on' : ''}`}
            onClick={() => void pickEntry({ table: step.table, index: step.index })}
          >
            {step.level}[{step.index}]
          </button>
        </span>
      ))}
      {entry && (
        <>
          {' = '}
          <b data-testid="entry-raw">{address(entry.raw)}</b>
          <span class="dim" data-testid="entry-kind">
            {entry.kind}
          </span>
        </>
      )}
      {focusVa.value !== null && (
        <CommandButton id="go.follow" class="link">
          follow events
        </CommandButton>
      )}
      {!entry && walk.result && <span class="dim">{walk.result}</span>}
    </div>
  )
}
