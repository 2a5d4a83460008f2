/** What every chart shares: how it is mounted and sized, its axes, and the line that says "now". */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { token } from '../state/theme.ts'

export interface MountedPlot {
  plot: uPlot
  unmount: () => void
}

/** Puts a chart into a box whose width it then follows. */
export function mountPlot(box: HTMLElement, options: uPlot.Options, data: uPlot.AlignedData): MountedPlot {
  const plot = new uPlot(options, data, box)
  const observer = new ResizeObserver(([entry]) =>
    plot.setSize({ width: Math.floor(entry?.contentRect.width ?? 300), height: options.height }),
  )
  observer.observe(box)
  return {
    plot,
    unmount: () => {
      observer.disconnect()
      plot.destroy()
    },
  }
}

export function frameOf(width: number, height: number): Omit<uPlot.Options, 'series'> {
  return {
    width: Math.max(120, width),
    height,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 5 } },
    scales: { x: { time: false } },
  }
}

export function axis(size: number): uPlot.Axis {
  return {
    stroke: token('dim'),
    grid: { stroke: token('line'), width: 1 },
    ticks: { show: false },
    font: '10px "DejaVu Sans", sans-serif',
    gap: 3,
    size,
  }
}

/** Lines in steps, where the library has them. */
export function steps(): Pick<uPlot.Series, 'paths'> {
  const paths = uPlot.paths.stepped?.({ align: 1 })
  return paths ? { paths } : {}
}

/** x of the place that was clicked. */
export function pickedX(plot: uPlot, event: MouseEvent): number {
  return plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x')
}

export function drawNow(plot: uPlot, at: number | undefined): void {
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
