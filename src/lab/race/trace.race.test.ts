import { describe, expect, it } from 'vitest'
import { archOf } from '../../arch/declare.ts'
import { TraceQuery } from '../../trace/query.ts'
import { KIND } from '../../trace/schema.ts'
import { Trace } from '../../trace/trace.ts'
import type { TraceChunk } from '../../trace/recorder.ts'
import { raceLab } from './race.fixture.ts'

const PAGE = 4096

describe('the trace of a race', () => {
  const chunks: TraceChunk[] = []
  const lab = raceLab({}, (chunk) => void chunks.push(chunk))
  const { machine, race } = lab.context
  const a = machine.spawn('a')
  const b = a.clone({ vm: true, name: 'b' })
  const at = a.mmap({ length: 2 * PAGE })
  race(
    () => a.write(at),
    () => b.munmap(at + BigInt(PAGE), PAGE),
    { schedule: 'A3 B A B' },
  )
  lab.finish()
  const trace = new Trace(lab.header)
  for (const chunk of chunks) trace.append(chunk)
  const query = new TraceQuery(trace, archOf({ arch: 'x86_64' }))
  const rows = query.events(0, trace.length).rows
  const found = (name: string) => rows.filter((row) => row.name === name)

  it('says who races, where each stands, who waits for whom and what the schedule was', () => {
    expect(found('RACE_BEGIN').map(({ text }) => text)).toEqual(['A on CPU 0, B on CPU 1'])
    expect(
      found('RACE_YIELD')
        .slice(0, 3)
        .map(({ text, cpu }) => `${cpu} ${text}`),
    ).toEqual([
      '0 task A stands before the call',
      '0 task A stands before taking the mmap_lock',
      '0 task A stands before an allocation',
    ])
    expect(found('contention_begin').map(({ text }) => text)).toEqual([
      'task B waits for the mmap_lock of mm 1, for writing',
    ])
    expect(found('contention_end').map(({ text, cpu }) => `${cpu} ${text}`)).toEqual([
      '1 task B has the mmap_lock of mm 1',
    ])
    expect(found('RACE_END')[0].text).toMatch(/^schedule A3 B A B: \d+ steps, 1 preemptions$/)
  })

  it('keeps calls apart that overlap, each on its CPU, and states can be asked for at any event', () => {
    const ops = Array.from({ length: trace.ops.count }, (_, i) => trace.ops.opAt(i))
    const overlapping = ops.slice(-2)
    const [fault, munmap] = overlapping.map((op) => ({
      first: trace.ops.first(op),
      last: trace.ops.last(op),
    }))
    expect(fault.first < munmap.first && munmap.first < fault.last && fault.last < munmap.last).toBe(true)
    for (const row of rows)
      if (overlapping.includes(row.op)) expect(row.cpu).toBe(overlapping.indexOf(row.op))
    const waits = rows.find(({ name }) => name === 'contention_begin')!.k
    expect(query.state(waits).mms[0].vmas).toHaveLength(1)
    const ends = query.state(trace.length - 1).mms[0]
    expect(ends.fields.find(({ name }) => name === 'rss_anon')?.value).toBe('1')
    expect(trace.kind(trace.length - 1)).toBe(KIND.RACE_END)
  })

  it('answers what the panels ask: calls, lanes of CPUs, what is open, steps', () => {
    expect(
      query
        .ops()
        .rows.map(({ text }) => text)
        .slice(-2),
    ).toEqual([expect.stringContaining('a.write('), expect.stringContaining('b.munmap(')])
    expect(query.lanes()).toBeDefined()
    expect(query.shootdowns(0, 10).total).toBeGreaterThanOrEqual(0)
    for (let k = 0; k < trace.length; k += 7) expect(query.open(k)).toBeDefined()
    const last = trace.length - 1
    expect(query.step(last, 'op', -1).k).toBeLessThan(last)
    expect(trace.texts.consoleRows(trace).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^race: A3 B A B \(\d+ steps, 1 preemption\)$/),
    ])
    expect(trace.texts.raceRows(trace)).toMatchObject([{ schedule: 'A3 B A B', preemptions: 1, hung: false }])
  })
})
