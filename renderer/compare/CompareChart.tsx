import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ComparedTitle } from '../../src/host/protocolCompare.ts'
import type { CompareChart as Chart, CompareSummary } from '../../src/trace/compare/views.ts'
import { compareChartQuery, compareMetric, compareRow, showRow } from '../state/compare.ts'
import { bytes, duration, grouped } from '../state/format.ts'
import { theme, token } from '../state/theme.ts'

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
    const made = new uPlot(optionsOf(titles, unit, box.current.clientWidth), [rows, ...values], box.current)
    plot.current = made
    const observer = new ResizeObserver(([entry]) =>
      made.setSize({ width: Math.floor(entry?.contentRect.width ?? 300), height: HEIGHT }),
    )
    observer.observe(box.current)
    return () => {
      observer.disconnect()
      made.destroy()
    }
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
          const made = plot.current
          if (made)
            showRow(Math.round(made.posToVal(event.clientX - made.over.getBoundingClientRect().left, 'x')))
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
  const axis = {
    stroke: token('dim'),
    grid: { stroke: token('line'), width: 1 },
    ticks: { show: false },
    font: '10px "DejaVu Sans", sans-serif',
    gap: 3,
  }
  const stepped = uPlot.paths.stepped?.({ align: 1 })
  return {
    width: Math.max(120, width),
    height: HEIGHT,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 5 } },
    scales: { x: { time: false } },
    axes: [
      { ...axis, size: 20 },
      {
        ...axis,
        size: 58,
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
        ...(stepped ? { paths: stepped } : {}),
      })),
    ],
    hooks: { draw: [drawNow] },
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

function drawNow(plot: uPlot): void {
  const x = plot.valToPos(compareRow.peek(), 'x', true)
  plot.ctx.save()
  plot.ctx.strokeStyle = token('now')
  plot.ctx.lineWidth = 1.5 * window.devicePixelRatio
  plot.ctx.beginPath()
  plot.ctx.moveTo(x, plot.bbox.top)
  plot.ctx.lineTo(x, plot.bbox.top + plot.bbox.height)
  plot.ctx.stroke()
  plot.ctx.restore()
}
