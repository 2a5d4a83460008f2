/** Machines side by side: which row is shown, and what the host says of it. */
import { batch, computed, effect, signal, untracked } from '@preact/signals'
import type { CompareRow } from '../../src/trace/compare/views.ts'
import { ask, call, epoch } from './backend.ts'
import { clamp } from './format.ts'
import { createPager } from './pager.ts'
import { goTo } from './position.ts'
import { createQuery } from './query.ts'
import { isOver, machineIndex, run } from './runs.ts'

/** Set while the pane is in front: nothing is asked behind. */
export const compareWatched = signal(false)
export const compareRow = signal(-1)
/** Process whose mm is shown; 0: the one that made the call. */
export const comparePid = signal(0)
export const compareMetric = signal('hidden')
export const onlyDiffering = signal(false)
export const tablesShown = signal(false)
/** The reasons for a difference are unfolded. */
export const causesShown = signal(false)

/** The run to compare: over, and with something recorded. */
export const comparedRun = computed(() => {
  const status = run.value
  if (!status || !isOver(status) || !compareWatched.value) return null
  return status.machines.some((one) => one.events > 0) ? status.run : null
})

export const summaryQuery = createQuery('compareSummary', () =>
  comparedRun.value === null ? null : { params: { run: comparedRun.value } },
)

export const stepQuery = createQuery('compareStep', () =>
  comparedRun.value === null
    ? null
    : { params: { run: comparedRun.value, row: compareRow.value, pid: comparePid.value } },
)

/** Why the row shown differs. */
export const causeQuery = createQuery('compareDivergence', () =>
  comparedRun.value === null || compareRow.value < 0
    ? null
    : { params: { run: comparedRun.value, row: compareRow.value, direction: 0 } },
)

const CHART_POINTS = 400
export const compareChartQuery = createQuery('compareChart', () =>
  comparedRun.value === null
    ? null
    : { params: { run: comparedRun.value, metric: compareMetric.value, points: CHART_POINTS } },
)

const MOST_TABLES = 200
export const compareTablesQuery = createQuery('compareTables', () =>
  comparedRun.value === null || !tablesShown.value
    ? null
    : {
        params: {
          run: comparedRun.value,
          row: compareRow.value,
          pid: comparePid.value,
          from: 0,
          count: MOST_TABLES,
          all: false,
        },
      },
)

export const compareRows = createPager<CompareRow>(() => {
  const source = comparedRun.value
  if (source === null) return null
  return {
    key: JSON.stringify([epoch.value, source]),
    version: 0,
    fetch: (from, count) => call('compareRows', { run: source, from, count }),
  }
})

let begun: number | null = null

/** A new run begins at the call after which most was hidden: there is most to see. */
effect(() => {
  const source = comparedRun.value
  const summary = summaryQuery.data.value
  const pending = summaryQuery.pending.value
  untracked(() => {
    if (source === null || summary === null || pending || begun === source) return
    begun = source
    batch(() => {
      compareRow.value = summary.worst?.row ?? summary.rows - 1
      comparePid.value = 0
    })
  })
})

export function showRow(row: number): void {
  compareRow.value = clamp(row, -1, (summaryQuery.data.value?.rows ?? 0) - 1)
}

/** The next call that differs, or the one before; `first`: of all. Answers whether there is one. */
export async function goToDivergence(direction: 1 | -1, first = false): Promise<boolean> {
  const source = comparedRun.value
  if (source === null) return false
  const row = first ? -1 : compareRow.value
  const found = await ask('compareDivergence', { run: source, row, direction })
  if (found) {
    causesShown.value = true
    showRow(found.row)
  }
  return found !== null
}

/** Every other panel shows this machine after the call. */
export function lookAt(machine: number, k: number): void {
  batch(() => {
    machineIndex.value = machine
    goTo(k)
  })
}
