import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { theme, token } from '../state/theme.ts'
import { axis, drawNow, frameOf, mountPlot, pickedX, steps } from './plotParts.ts'

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
    const mounted = mountPlot(
      box.current,
      optionsOf(props, box.current.clientWidth, () => now.current),
      dataOf(props.points),
    )
    plot.current = mounted.plot
    return mounted.unmount
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
          if (plot.current && props.onPick) props.onPick(pickedX(plot.current, event))
        }}
      />
    </figure>
  )
}

function dataOf(points: Props['points']): uPlot.AlignedData {
  return [points.map((point) => point[0]), points.map((point) => point[1])]
}

function optionsOf(props: Props, width: number, at: () => number | undefined): uPlot.Options {
  return {
    ...frameOf(width, HEIGHT),
    axes: [axis(20), axis(46)],
    series: [
      { label: props.xLabel },
      {
        label: props.title,
        stroke: token(props.hue),
        width: 1.5,
        points: { show: props.points.length < 40 },
        ...(props.stepped ? steps() : {}),
      },
    ],
    hooks: { draw: [(plot) => drawNow(plot, at())] },
  }
}
