import { trace } from '../state/runs.ts'
import { countersQuery, resultsQuery } from '../state/snapshots.ts'
import { goTo, position } from '../state/position.ts'
import { Empty } from '../ui/Empty.tsx'
import { NoTrace } from '../ui/NoTrace.tsx'
import { changing } from '../timeline/lanes.ts'
import { Plot } from '../ui/Plot.tsx'

const HUES = ['pte', 'pud', 'n', 'pmd', 'pgd', 's', 'f', 'k'] as const

/** What the scenario charted, then every counter of the run that changed. */
export function ChartsPane() {
  if (!trace.value)
    return (
      <NoTrace title="No charts yet">
        chart.series('name').add(value) in a scenario draws here; the counters of the run are drawn by
        themselves.
      </NoTrace>
    )
  const charts = resultsQuery.data.value?.charts ?? []
  const counters = changing(countersQuery.data.value ?? [])
  if (charts.length + counters.length === 0)
    return <Empty title="Nothing changed in this run">A counter is drawn here as soon as it changes.</Empty>
  return (
    <div
      class="scroll charts"
      tabIndex={0}
      role="region"
      aria-label="Series of this run"
      data-testid="charts"
    >
      {charts.map((series, index) => (
        <Plot
          key={`chart ${series.name}`}
          title={series.name}
          points={series.points}
          hue={HUES[index % HUES.length] ?? 'pte'}
          xLabel="x"
        />
      ))}
      {counters.map((series, index) => (
        <Plot
          key={`counter ${series.name}`}
          title={series.name}
          unit={series.unit === series.name ? '' : series.unit}
          points={series.points}
          hue={HUES[index % HUES.length] ?? 'pte'}
          xLabel="event"
          at={position.value}
          onPick={goTo}
          stepped
        />
      ))}
    </div>
  )
}
