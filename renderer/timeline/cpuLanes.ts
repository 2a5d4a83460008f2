/** CPUs on the timeline: what each did, and arrows from the CPU that flushes to those it tells. */
import type { LanesView } from '../../src/trace/views.ts'
import { xOf } from './lanes.ts'

/** Bits of a mark, as src/trace/sync/activity.ts numbers them, most telling first. */
const WORK = [
  { bit: 16, color: 'ipi' },
  { bit: 8, color: 'flush' },
  { bit: 2, color: 'fault' },
  { bit: 32, color: 'switch' },
  { bit: 4, color: 'tables' },
  { bit: 1, color: 'other' },
] as const
export type WorkColor = (typeof WORK)[number]['color']

/** For each pixel of a lane the most telling work in it; null where the CPU did nothing. */
export function ticks(
  marks: readonly number[],
  stride: number,
  last: number,
  width: number,
): (WorkColor | null)[] {
  const bits = new Uint8Array(Math.max(1, Math.ceil(width)))
  for (let i = 0; i + 1 < marks.length; i += 2) {
    const k = (marks[i] ?? 0) * stride
    const pixel = Math.min(bits.length - 1, Math.max(0, Math.floor(xOf(k, last, width)) - 1))
    bits[pixel] = (bits[pixel] ?? 0) | (marks[i + 1] ?? 0)
  }
  return Array.from(bits, (found) => WORK.find(({ bit }) => (found & bit) !== 0)?.color ?? null)
}

export interface ArrowLine {
  x: number
  toX: number
  from: number
  to: number
  kind: LanesView['arrows'][number]['kind']
  /** The target was not through when the trace ended. */
  open: boolean
}

/** Arrows in pixels; of those that would lie on each other one is drawn. */
export function arrowLines(view: LanesView, last: number, width: number): ArrowLine[] {
  const seen = new Set<string>()
  const lines: ArrowLine[] = []
  for (const { k, kind, from, to, done } of view.arrows) {
    const x = xOf(k, last, width)
    const toX = done < 0 ? width : xOf(done, last, width)
    const key = `${Math.round(x)} ${Math.round(toX)} ${from} ${to} ${kind}`
    if (seen.has(key)) continue
    seen.add(key)
    lines.push({ x, toX, from, to, kind, open: done < 0 })
  }
  return lines
}

export interface CpuColors extends Record<WorkColor, string> {
  line: string
  arrows: Record<ArrowLine['kind'], string>
}

export interface CpuPicture {
  view: LanesView
  last: number
  width: number
  /** Top of the first lane. */
  top: number
  laneHeight: number
  colors: CpuColors
}

const TICK = 9

export function drawCpus(context: CanvasRenderingContext2D, picture: CpuPicture): void {
  const { view, last, width, colors } = picture
  const wide = Math.max(1, Math.floor((width * view.stride) / (last + 1)))
  view.cpus.forEach((marks, cpu) => {
    const middle = middleOf(picture, cpu)
    context.fillStyle = colors.line
    context.fillRect(0, middle, width, 1)
    ticks(marks, view.stride, last, width).forEach((color, x) => {
      if (color === null) return
      context.fillStyle = colors[color]
      const height = color === 'other' ? TICK - 4 : TICK
      context.fillRect(x, middle - height / 2 + 0.5, wide, height)
    })
  })
  for (const line of arrowLines(view, last, width)) drawArrow(context, picture, line)
}

function middleOf({ top, laneHeight }: CpuPicture, cpu: number): number {
  return Math.round(top + (cpu + 0.5) * laneHeight)
}

const DASHES: Record<ArrowLine['kind'], number[]> = { ipi: [], broadcast: [4, 2], lazy: [1, 3], lost: [3, 3] }

function drawArrow(context: CanvasRenderingContext2D, picture: CpuPicture, line: ArrowLine): void {
  const y = middleOf(picture, line.from)
  const end = middleOf(picture, line.to)
  const away = end > y ? 1 : -1
  context.strokeStyle = picture.colors.arrows[line.kind]
  context.fillStyle = picture.colors.arrows[line.kind]
  context.lineWidth = 1.25
  context.setLineDash(DASHES[line.kind])
  context.beginPath()
  context.moveTo(line.x, y)
  context.lineTo(line.toX, end - away * 5)
  context.stroke()
  context.setLineDash([])
  context.beginPath()
  if (line.kind === 'ipi' || line.kind === 'broadcast') {
    context.moveTo(line.toX, end)
    context.lineTo(line.toX - 3.5, end - away * 6)
    context.lineTo(line.toX + 3.5, end - away * 6)
    context.closePath()
    if (line.open) context.stroke()
    else context.fill()
    return
  }
  // A cross: the target is not told.
  const at = end - away * 5
  context.moveTo(line.toX - 3, at - 3)
  context.lineTo(line.toX + 3, at + 3)
  context.moveTo(line.toX + 3, at - 3)
  context.lineTo(line.toX - 3, at + 3)
  context.stroke()
}
