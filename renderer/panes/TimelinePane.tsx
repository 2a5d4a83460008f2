import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { runCommand } from '../commands/registry.ts'
import { grouped } from '../state/format.ts'
import { calls, knownCalls, MOST_KNOWN } from '../state/lists.ts'
import { goTo, position } from '../state/position.ts'
import { lastEvent } from '../state/runs.ts'
import { trace } from '../state/runs.ts'
import { countersQuery, state } from '../state/snapshots.ts'
import { lanesQuery } from '../state/sync.ts'
import { theme, token } from '../state/theme.ts'
import type { CpuColors } from '../timeline/cpuLanes.ts'
import { drawTimeline, timelineHeight } from '../timeline/drawTimeline.ts'
import { changing, kOf, valueAt } from '../timeline/lanes.ts'
import { Transport } from '../timeline/Transport.tsx'
import { NoTrace } from '../ui/NoTrace.tsx'

const LANE = 26
const CPU_LANE = 20
const HUES = ['pmd', 'pte', 'pud', 'n', 'pgd', 's', 'f', 'k'] as const

export function TimelinePane() {
  if (!trace.value)
    return (
      <NoTrace title="No timeline yet">
        A run can be walked both ways: by event, by call or by source line.
      </NoTrace>
    )
  return (
    <>
      <Transport />
      <Lanes />
    </>
  )
}

function Lanes() {
  const series = changing(countersQuery.data.value ?? [])
  const k = position.value
  return (
    <div class="scroll timeline">
      <div class="lane-names" aria-hidden="true">
        <span
          class="calls-name"
          title={tooMany() ? `the first ${grouped(MOST_KNOWN)} of ${grouped(calls.total.value)}` : undefined}
        >
          calls{tooMany() && `, first ${grouped(MOST_KNOWN)}`}
        </span>
        {(lanesQuery.data.value?.cpus ?? []).map((_, cpu) => (
          <span key={`cpu ${cpu}`} class="cpu-lane" style={{ height: `${CPU_LANE}px` }}>
            <i>cpu {cpu}</i>
            <b>{told(cpu)}</b>
          </span>
        ))}
        {series.map((one, index) => (
          <span key={one.name} style={{ height: `${LANE}px` }} title={`${one.name}, ${one.unit}`}>
            <i style={{ color: `var(--${HUES[index % HUES.length] ?? 'pte'})` }}>{one.name}</i>
            <b>{grouped(valueAt(one.points, k) ?? 0)}</b>
          </span>
        ))}
      </div>
      <Track series={series} />
    </div>
  )
}

/** How often a CPU was interrupted, in words short enough for a lane's name. */
function told(cpu: number): string {
  const count =
    lanesQuery.data.value?.arrows.filter(({ to, kind }) => to === cpu && kind !== 'lazy').length ?? 0
  return count > 0 ? `↯ ${count}` : ''
}

function tooMany(): boolean {
  return calls.total.value > MOST_KNOWN
}

function Track({ series }: { series: ReturnType<typeof changing> }) {
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const width = useSignal(0)
  useEffect(() => {
    if (!box.current) return undefined
    const observer = new ResizeObserver(
      ([entry]) => (width.value = Math.floor(entry?.contentRect.width ?? 0)),
    )
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [])
  const cpus = lanesQuery.data.value
  const height = timelineHeight(series.length, LANE, cpus?.cpus.length ?? 0, CPU_LANE)
  const last = lastEvent.value
  useLayoutEffect(() => {
    const context = canvas.current && width.value > 0 ? scaled(canvas.current, width.value, height) : null
    if (!context) return
    const colors = {
      line: token('line'),
      now: token('now'),
      call: token('faint'),
      error: token('del'),
      hues: HUES.map((hue) => token(hue)),
      cpus: cpuColors(),
    }
    drawTimeline(context, {
      series,
      calls: knownCalls(),
      last,
      position: position.value,
      width: width.value,
      laneHeight: LANE,
      cpus,
      cpuHeight: CPU_LANE,
      colors,
    })
  }, [series, cpus, calls.revision.value, last, position.value, width.value, height, theme.value])

  const scrub = (event: PointerEvent & { currentTarget: HTMLElement }): void => {
    if (event.buttons !== 1) return
    event.currentTarget.setPointerCapture(event.pointerId)
    goTo(kOf(event.clientX - event.currentTarget.getBoundingClientRect().left, last, width.value))
  }
  return (
    <div
      ref={box}
      class="track-box"
      role="slider"
      tabIndex={0}
      aria-label="Position in the run"
      aria-valuemin={-1}
      aria-valuemax={last}
      aria-valuenow={position.value}
      aria-valuetext={`event ${position.value} of ${last}${state.value?.event ? `: ${state.value.event.name}` : ''}`}
      data-testid="timeline"
      data-k={position.value}
      onPointerDown={scrub}
      onPointerMove={scrub}
      onKeyDown={stepByKey}
    >
      <canvas ref={canvas} aria-hidden="true" />
    </div>
  )
}

function cpuColors(): CpuColors {
  return {
    line: token('line'),
    ipi: token('now'),
    flush: token('del'),
    fault: token('n'),
    switch: token('pgd'),
    tables: token('pmd'),
    other: token('faint'),
    arrows: { ipi: token('now'), broadcast: token('chg'), lazy: token('dim'), lost: token('del') },
  }
}

const KEYS = {
  ArrowRight: 'step.event',
  ArrowLeft: 'step.eventBack',
  ArrowDown: 'step.op',
  ArrowUp: 'step.opBack',
  PageDown: 'step.line',
  PageUp: 'step.lineBack',
  Home: 'step.first',
  End: 'step.last',
} as const

function stepByKey(event: KeyboardEvent): void {
  const id = event.key in KEYS ? KEYS[event.key as keyof typeof KEYS] : null
  if (!id) return
  event.preventDefault()
  runCommand(id)
}

function scaled(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const scale = window.devicePixelRatio
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const context = canvas.getContext('2d')
  context?.scale(scale, scale)
  return context
}
