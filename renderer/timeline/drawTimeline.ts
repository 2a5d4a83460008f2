import type { CounterSeries, LanesView, OpRow } from '../../src/trace/views.ts'
import { type CpuColors, drawCpus } from './cpuLanes.ts'
import { bounds, callSpans, xOf } from './lanes.ts'

export interface TimelineColors {
  line: string
  now: string
  call: string
  error: string
  hues: readonly string[]
  cpus: CpuColors
}

export interface TimelinePicture {
  series: readonly CounterSeries[]
  calls: readonly OpRow[]
  last: number
  position: number
  width: number
  laneHeight: number
  cpus: LanesView | null
  cpuHeight: number
  colors: TimelineColors
}

const CALLS_HEIGHT = 16

const TOP = CALLS_HEIGHT + 6

export function timelineHeight(lanes: number, laneHeight: number, cpus: number, cpuHeight: number): number {
  return TOP + cpus * cpuHeight + lanes * laneHeight + 4
}

/** Lanes from the top: the calls, one for each CPU, one for each counter; the line of the event shown crosses them all. */
export function drawTimeline(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
  drawCalls(context, picture)
  picture.series.forEach((series, lane) => drawLane(context, picture, series, lane))
  drawLanes(context, picture)
  drawNow(context, picture)
}

function drawCalls(context: CanvasRenderingContext2D, { calls, last, width, colors }: TimelinePicture): void {
  for (const span of callSpans(calls, last, width)) {
    context.fillStyle = span.error ? colors.error : colors.call
    const top = span.error ? 2 : 5
    context.fillRect(span.x, top, Math.max(1, span.width - 0.5), CALLS_HEIGHT - top - 1)
  }
}

function drawLane(
  context: CanvasRenderingContext2D,
  picture: TimelinePicture,
  series: CounterSeries,
  lane: number,
): void {
  const { last, width, laneHeight, cpus, cpuHeight, colors } = picture
  const bottom = TOP + (cpus?.cpus.length ?? 0) * cpuHeight + (lane + 1) * laneHeight - 4
  context.fillStyle = colors.line
  context.fillRect(0, bottom, width, 1)
  const { low, high } = bounds(series.points)
  const y = (value: number): number => bottom - ((value - low) / (high - low)) * (laneHeight - 9)
  context.strokeStyle = colors.hues[lane % colors.hues.length] ?? colors.call
  context.lineWidth = 1.5
  context.lineJoin = 'round'
  context.beginPath()
  let before = series.points[0]?.[1] ?? 0
  context.moveTo(xOf(series.points[0]?.[0] ?? 0, last, width), y(before))
  for (const [k, value] of series.points) {
    const x = xOf(k, last, width)
    context.lineTo(x, y(before))
    context.lineTo(x, y(value))
    before = value
  }
  context.lineTo(width, y(before))
  context.stroke()
}

function drawLanes(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
  const { cpus, last, width, cpuHeight, colors } = picture
  if (cpus)
    drawCpus(context, { view: cpus, last, width, top: TOP, laneHeight: cpuHeight, colors: colors.cpus })
}

function drawNow(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
  const { position, last, width, laneHeight, series, colors, cpus, cpuHeight } = picture
  const x = Math.min(width - 1, Math.max(1, xOf(position, last, width)))
  context.fillStyle = colors.now
  context.fillRect(
    x - 0.75,
    0,
    1.5,
    timelineHeight(series.length, laneHeight, cpus?.cpus.length ?? 0, cpuHeight),
  )
  context.beginPath()
  context.arc(x, 4, 4, 0, 2 * Math.PI)
  context.fill()
}
