import '../styles/compare.css'
import { useEffect } from 'preact/hooks'
import { CallRows } from '../compare/CallRows.tsx'
import { CompareChart } from '../compare/CompareChart.tsx'
import { Divergence } from '../compare/Divergence.tsx'
import { Sides } from '../compare/Sides.tsx'
import { TableDifferences } from '../compare/TableDifferences.tsx'
import { VaryBar } from '../compare/VaryBar.tsx'
import { running } from '../state/activity.ts'
import {
  comparedRun,
  comparePid,
  compareRow,
  compareWatched,
  onlyDiffering,
  stepQuery,
  summaryQuery,
} from '../state/compare.ts'
import { plural } from '../state/format.ts'
import { CommandButton } from '../ui/CommandButton.tsx'
import { Empty } from '../ui/Empty.tsx'

/** Machines that ran the same scenario, side by side after the same call. */
export function ComparePane() {
  useEffect(() => {
    compareWatched.value = true
    return () => {
      compareWatched.value = false
    }
  }, [])
  return (
    <div class="compare" data-testid="compare-pane">
      <VaryBar />
      <Body />
    </div>
  )
}

function Body() {
  const summary = summaryQuery.data.value
  if (running.value)
    return <Empty title="Running …">Machines are compared when all of them have ended.</Empty>
  if (comparedRun.value === null)
    return (
      <Empty title="Nothing to compare yet">
        Name kernels, architectures or ways of counting above; the scenario runs on every combination, and
        what its calls did stands side by side here.
      </Empty>
    )
  if (summaryQuery.error.value)
    return <Empty title="This cannot be compared">{summaryQuery.error.value}</Empty>
  if (!summary) return <Empty title="Comparing …" />
  return (
    <>
      <Head />
      <div class="compare-body" data-row={stepQuery.data.value?.row} data-machines={summary.titles.length}>
        <CallRows />
        <div
          class="scroll compare-sides"
          tabIndex={0}
          role="region"
          aria-label="Machines side by side"
          data-testid="compare-sides"
        >
          <Divergence />
          <Sides titles={summary.titles} missing={summary.missing} />
          <TableDifferences titles={summary.titles} />
          <CompareChart titles={summary.titles} metrics={summary.metrics} />
        </div>
      </div>
    </>
  )
}

function Head() {
  const summary = summaryQuery.data.value
  const step = stepQuery.data.value
  if (!summary) return null
  const { rows, differing } = summary
  return (
    <div class="pane-head compare-head">
      <span data-testid="compare-place" data-row={compareRow.value}>
        {compareRow.value < 0 ? 'before the first call' : `call ${compareRow.value} of ${rows}`}
      </span>
      <span class={differing > 0 ? 'differs' : ''} data-testid="compare-differing" data-count={differing}>
        {differing === 0
          ? '= all calls the same'
          : `≠ ${plural(differing, 'call')} differ${differing === 1 ? 's' : ''}`}
      </span>
      <CommandButton id="compare.first" class="quiet" showKey={false}>
        First divergence
      </CommandButton>
      <CommandButton id="compare.previous" class="quiet icon">
        ‹
      </CommandButton>
      <CommandButton id="compare.next" class="quiet icon">
        ›
      </CommandButton>
      <label class="check">
        <input
          type="checkbox"
          checked={onlyDiffering.value}
          onChange={(event) => (onlyDiffering.value = event.currentTarget.checked)}
        />
        only what differs
      </label>
      {step && step.processes.length > 0 && (
        <label class="check">
          <select
            aria-label="Process"
            title="Whose fields and tables are compared"
            data-testid="compare-process"
            value={comparePid.value}
            onChange={(event) => (comparePid.value = Number(event.currentTarget.value))}
          >
            <option value={0}>
              {comparePid.value === 0 && step.process ? `${step.process.name} (caller)` : 'the caller'}
            </option>
            {step.processes.map(({ pid, name }) => (
              <option key={pid} value={pid}>
                {name} · {pid}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  )
}
