/** Answers to messages about machines side by side. */
import { METRICS } from '../trace/compare/counters.ts'
import type { CompareAnswers, ComparedTitle, CompareOverview } from './protocolCompare.ts'
import { comparable, shortTitles } from './compareRun.ts'
import type { LiveMachine } from './liveRun.ts'
import type { Params } from './protocol.ts'
import type { Runs } from './runs.ts'
import { runStatus } from './runStatus.ts'

type Compares = {
  [M in Extract<keyof CompareAnswers, `compare${string}`>]: (params: Params<M>) => CompareAnswers[M]
}

export function compareHandlers(runs: Runs): Compares {
  return {
    compareSummary: ({ run }) => overview(runs, run),
    compareRows: ({ run, from, count }) => runs.comparison(run).rows(from, count),
    compareStep: ({ run, row, pid }) => runs.comparison(run).step(row, pid),
    compareDivergence({ run, row, direction }) {
      const comparison = runs.comparison(run)
      if (direction !== 0) return comparison.divergence(row, direction)
      return row >= 0 && row < comparison.length ? comparison.explained(row) : null
    },
    compareChart({ run, metric, points }) {
      const known = METRICS.find(({ id }) => id === metric)
      if (!known)
        throw new Error(`there is no metric '${metric}'; there are ${METRICS.map(({ id }) => id).join(', ')}`)
      return runs.comparison(run).chart(known.id, points)
    },
    compareTables: ({ run, row, pid, from, count, all }) =>
      runs.comparison(run).tables(row, pid, { from, count, all }),
  }
}

function overview(runs: Runs, run: number): CompareOverview {
  const live = runs.live(run)
  const { machines } = runStatus({ run, path: '', live, milliseconds: 0 })
  const titles = shortTitles(live.machines)
  const described = machines.map(({ machine, arch, kernel, status, reason }): ComparedTitle => ({
    machine,
    title: titles[machine],
    arch,
    kernel,
    status,
    reason,
  }))
  const chosen = comparable(live.machines as LiveMachine[])
  return {
    ...runs.comparison(run).summary(),
    titles: chosen.map((machine) => described[machine]),
    missing: described.filter(({ machine }) => !chosen.includes(machine)),
  }
}
