import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { theme, token } from '../state/theme.ts'

interface Props {
  title: string
  points: readonly (readonly [number, number])[]
  unit?: string
  hue: string
  xLabel: string
  /** x of the line that says "now". */
  at?: number
  onPick?: (x: number) => void
  stepped?: boolean
}

const HEIGHT = 132

/** One series. The last value is written beside the title, so that the chart says something without being seen. */
export function Plot(props: Props) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const now = useRef(props.at)
  now.current = props.at

  useEffect(() => {
    if (!box.current) return undefined
    const made = new uPlot(
      optionsOf(props, box.current.clientWidth, () => now.current),
      dataOf(props.points),
      box.current,
    )
    plot.current = made
    const observer = new ResizeObserver(([entry]) =>
      made.setSize({ width: Math.floor(entry?.contentRect.width ?? 300), height: HEIGHT }),
    )
    observer.observe(box.current)
    return () => {
      observer.disconnect()
      made.destroy()
    }
  }, [theme.value, props.title, props.hue])
  useEffect(() => plot.current?.setData(dataOf(props.points)), [props.points])
  useEffect(() => plot.current?.redraw(false), [props.at])

  const last = props.points.at(-1)
  return (
    <figure class="plot">
      <figcaption>
        <b style={{ color: `var(--${props.hue})` }}>{props.title}</b>{' '}
        <span class="dim">
          last {last ? last[1] : 'none'} {props.unit}
        </span>
      </figcaption>
      <div
        ref={box}
        role="img"
        aria-label={`${props.title}: ${props.points.length} points, last ${last ? last[1] : 'none'}`}
        onClick={(event) => {
          const made = plot.current
          if (made && props.onPick)
            props.onPick(made.posToVal(event.clientX - made.over.getBoundingClientRect().left, 'x'))
        }}
      />
    </figure>
  )
}

function dataOf(points: Props['points']): uPlot.AlignedData {
  return [points.map((point) => point[0]), points.map((point) => point[1])]
}

function optionsOf(props: Props, width: number, at: () => number | undefined): uPlot.Options {
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
      { ...axis, size: 46 },
    ],
    series: [
      { label: props.xLabel },
      {
        label: props.title,
        stroke: token(props.hue),
        width: 1.5,
        points: { show: props.points.length < 40 },
        ...(props.stepped && stepped ? { paths: stepped } : {}),
      },
    ],
    hooks: { draw: [(plot) => drawNow(plot, at())] },
  }
}

function drawNow(plot: uPlot, at: number | undefined): void {
  if (at === undefined) return
  const x = plot.valToPos(at, 'x', true)
  plot.ctx.save()
  plot.ctx.strokeStyle = token('now')
  plot.ctx.lineWidth = 1.5 * window.devicePixelRatio
  plot.ctx.beginPath()
  plot.ctx.moveTo(x, plot.bbox.top)
  plot.ctx.lineTo(x, plot.bbox.top + plot.bbox.height)
  plot.ctx.stroke()
  plot.ctx.restore()
}
