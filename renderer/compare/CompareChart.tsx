import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import type { ComparedTitle } from '../../src/host/protocolCompare.ts'
import type { CompareChart as Chart, CompareSummary } from '../../src/trace/compare/views.ts'
import { compareChartQuery, compareMetric, compareRow, showRow } from '../state/compare.ts'
import { bytes, duration, grouped } from '../state/format.ts'
import { theme, token } from '../state/theme.ts'
import { axis, drawNow, frameOf, mountPlot, pickedX, steps } from '../ui/plotParts.ts'

const HUES = ['pte', 'pud', 'n', 'pgd', 'pmd', 'del', 'k', 'chg'] as const
/** Lines are told apart by their dashes too. */
const DASHES: readonly number[][] = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 2, 1, 2]]
const HEIGHT = 150
const POWERS_OF_TWO = Array.from({ length: 50 }, (_, i) => 2 ** i)

interface Props {
  titles: readonly ComparedTitle[]
  metrics: CompareSummary['metrics']
}

/** One counter of all machines along the calls; a click goes to the call. */
export function CompareChart({ titles, metrics }: Props) {
  const chart = compareChartQuery.data.value
  return (
    <figure class="plot compare-chart" data-testid="compare-chart">
      <figcaption>
        <label class="check">
          chart
          <select
            aria-label="What the chart shows"
            data-testid="compare-metric"
            value={compareMetric.value}
            onChange={(event) => (compareMetric.value = event.currentTarget.value)}
          >
            {metrics.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
      </figcaption>
      {chart && chart.values.length === titles.length && <Lines chart={chart} titles={titles} />}
    </figure>
  )
}

function Lines({ chart, titles }: { chart: Chart; titles: readonly ComparedTitle[] }) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const { unit, rows, values } = chart
  useEffect(() => {
    if (!box.current) return undefined
    const mounted = mountPlot(box.current, optionsOf(titles, unit, box.current.clientWidth), [
      rows,
      ...values,
    ])
    plot.current = mounted.plot
    return mounted.unmount
  }, [theme.value, chart, titles])
  useEffect(() => plot.current?.redraw(false), [compareRow.value])
  const now = values.map((line) => line[nearest(rows, compareRow.value)] ?? 0)
  return (
    <>
      <div
        ref={box}
        role="img"
        aria-label={titles.map(({ title }, i) => `${title}: ${inUnit(unit, now[i] ?? 0)}`).join('; ')}
        onClick={(event) => {
          if (plot.current) showRow(Math.round(pickedX(plot.current, event)))
        }}
      />
      <ul class="compare-legend">
        {titles.map(({ machine, title }, i) => (
          <li key={machine}>
            <svg width="26" height="8" aria-hidden="true">
              <line
                x1="0"
                x2="26"
                y1="4"
                y2="4"
                stroke={`var(--${HUES[i % HUES.length]})`}
                stroke-width="2"
                stroke-dasharray={dash(i).join(' ')}
              />
            </svg>
            {title} <span class="dim">{inUnit(unit, now[i] ?? 0)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function optionsOf(titles: readonly ComparedTitle[], unit: string, width: number): uPlot.Options {
  return {
    ...frameOf(width, HEIGHT),
    axes: [
      axis(20),
      {
        ...axis(58),
        values: (_plot, ticks) => ticks.map((tick) => inUnit(unit, tick)),
        ...(unit === 'bytes' ? { incrs: POWERS_OF_TWO } : {}),
      },
    ],
    series: [
      { label: 'call' },
      ...titles.map(({ title }, i) => ({
        label: title,
        stroke: token(HUES[i % HUES.length] ?? 'pte'),
        width: 1.5,
        dash: dash(i),
        points: { show: false },
        ...steps(),
      })),
    ],
    hooks: { draw: [(plot) => drawNow(plot, compareRow.peek())] },
  }
}

function dash(i: number): number[] {
  return DASHES[i % DASHES.length] ?? []
}

function inUnit(unit: string, value: number): string {
  if (unit === 'bytes') return bytes(value)
  return unit === 'ns' ? duration(value) : grouped(value)
}

function nearest(rows: readonly number[], row: number): number {
  const at = rows.findIndex((one) => one >= row)
  return at < 0 ? rows.length - 1 : at
}
