/** Where a trace says something in words: dmesg, log, expectations, charts, and what is not modelled. */
import { GrowU32 } from './grow.ts'
import { KIND } from './schema.ts'
import type { Trace } from './trace.ts'
import type { ChartSeries, ExpectationRow, TextRow } from './views.ts'

const CONSOLE_SEVERITY = 6
const WARNING = 4

export class TextIndex {
  passed = 0
  failed = 0
  private readonly dmesg = new GrowU32()
  private readonly console = new GrowU32()
  private readonly expects = new GrowU32()
  private readonly charts = new GrowU32()
  private readonly races = new GrowU32()

  add(kind: number, words: Uint32Array, at: number, k: number): void {
    if (kind < KIND.DMESG) return
    if (kind === KIND.RACE_END) this.races.push(k)
    if (kind === KIND.RACE_END || kind === KIND.RACE_EXPLORED) this.console.push(k)
    if (kind === KIND.DMESG) this.dmesg.push(k)
    else if (kind === KIND.LOG || kind === KIND.NOT_MODELLED) this.console.push(k)
    else if (kind === KIND.CHART) this.charts.push(k)
    else if (kind === KIND.EXPECT) this.expect(words, at, k)
  }

  /** Kernel messages up to and including record k. */
  dmesgRows(trace: Trace, k = trace.length - 1): TextRow[] {
    return this.upTo(this.dmesg, k, (at) => ({
      k: at,
      line: trace.lineOf(at),
      severity: trace.flags(at),
      text: trace.text(trace.word(at, 3)),
    }))
  }

  /** log() output, races, and warnings about what is not modelled, up to and including record k. */
  consoleRows(trace: Trace, k = trace.length - 1): TextRow[] {
    return this.upTo(this.console, k, (at) => {
      if (isRace(trace.kind(at)))
        return { k: at, line: trace.lineOf(at), severity: CONSOLE_SEVERITY, text: raceText(trace, at) }
      const text = trace.text(trace.word(at, 3))
      const log = trace.kind(at) === KIND.LOG
      const line = log ? trace.word(at, 4) : trace.lineOf(at)
      return {
        k: at,
        line,
        severity: log ? CONSOLE_SEVERITY : WARNING,
        text: log ? text : `not modelled: ${text}`,
      }
    })
  }

  expectations(trace: Trace, k = trace.length - 1): ExpectationRow[] {
    return this.upTo(this.expects, k, (at) => ({
      k: at,
      pass: (trace.flags(at) & 1) === 1,
      text: trace.text(trace.word(at, 3)),
      line: trace.word(at, 4),
      column: trace.word(at, 5),
    }))
  }

  /** Races that ended, up to and including record k. */
  raceRows(trace: Trace, k = trace.length - 1): RaceRow[] {
    return this.upTo(this.races, k, (at) => ({
      schedule: trace.text(trace.word(at, 3)),
      steps: trace.word(at, 4),
      preemptions: trace.word(at, 5),
      hung: (trace.flags(at) & 1) === 1,
    }))
  }

  chartSeries(trace: Trace, k = trace.length - 1): ChartSeries[] {
    const series = new Map<string, [number, number][]>()
    for (const { name, x, y } of this.upTo(this.charts, k, (at) => chartPoint(trace, at))) {
      const points = series.get(name)
      if (points) points.push([x, y])
      else series.set(name, [[x, y]])
    }
    return [...series].map(([name, points]) => ({ name, points }))
  }

  private expect(words: Uint32Array, at: number, k: number): void {
    this.expects.push(k)
    if ((words[at + 1] >>> 24) & 1) this.passed++
    else this.failed++
  }

  private upTo<T>(list: GrowU32, k: number, row: (at: number) => T): T[] {
    return Array.from(list.data.subarray(0, list.lowerBound(k + 1)), row)
  }
}

/** A race as it ran on the machine of the trace. */
export interface RaceRow {
  schedule: string
  steps: number
  preemptions: number
  hung: boolean
}

function isRace(kind: number): boolean {
  return kind === KIND.RACE_END || kind === KIND.RACE_EXPLORED
}

function raceText(trace: Trace, at: number): string {
  const [b, c] = [trace.word(at, 4), trace.word(at, 5)]
  const flag = (trace.flags(at) & 1) === 1
  if (trace.kind(at) === KIND.RACE_END)
    return `race: ${trace.text(trace.word(at, 3))} (${count(b, 'step')}, ${count(c, 'preemption')}${flag ? ', it hangs' : ''})`
  return `race: ${count(trace.word(at, 3), 'schedule')} tried, ${c} failed${flag ? ': all there are' : ''}`
}

function count(n: number, what: string): string {
  return n === 1 ? `1 ${what}` : `${n} ${what}s`
}

const halves = new Uint32Array(2)
const double = new Float64Array(halves.buffer)

/** A float64 from its low and high word. */
export function doubleOf(lo: number, hi: number): number {
  halves[0] = lo
  halves[1] = hi
  return double[0]
}

/** Low and high word of a float64. */
export function halvesOf(value: number): [number, number] {
  double[0] = value
  return [halves[0], halves[1]]
}

function chartPoint(trace: Trace, at: number): { name: string; x: number; y: number } {
  const x = doubleOf(trace.word(at, 4), trace.word(at, 5))
  return { name: trace.text(trace.word(at, 3)), x, y: doubleOf(trace.word(at, 6), trace.word(at, 7)) }
}
