import { describe, expect, it } from 'vitest'
import { testHeader } from './fixture.ts'
import { Recorder } from './recorder.ts'
import { FLUSH, KIND } from './schema.ts'
import { TimeIndex, UNIT_COSTS } from './time.ts'
import { Trace } from './trace.ts'

const costs = [
  { kind: KIND.LOG, what: '', ns: 3, nsPerUnit: 0, source: 'test' },
  { kind: KIND.TLB_FLUSH, what: '', ns: 5, nsPerUnit: 7, source: 'test' },
]

describe('simulated time', () => {
  it('is the sum of the costs of each CPU, also far into a trace that grows', () => {
    const trace = new Trace(testHeader)
    const recorder = new Recorder('full', (chunk) => trace.append(chunk))
    const time = new TimeIndex(trace, costs)
    const sums = [0, 0]
    for (let i = 0; i < 20_000; i++) {
      recorder.cpu = i % 3 === 0 ? 1 : 0
      recorder.emit(KIND.LOG, 0, 0, 0, 0, 0, 0, 0)
      sums[recorder.cpu] += 3
      if (i % 1999 !== 0) continue
      recorder.flush()
      expect(time.at(i)).toBe(sums[recorder.cpu])
      expect(time.cpuAt(i, 1 - recorder.cpu)).toBe(sums[1 - recorder.cpu])
    }
    expect(time.cpuAt(2, 0)).toBe(6)
    expect(time.cpuAt(-1, 0)).toBe(0)
  })

  it('counts the pages of a range flush, not of a full one', () => {
    const trace = new Trace(testHeader)
    const recorder = new Recorder('full', (chunk) => trace.append(chunk))
    recorder.emit(KIND.TLB_FLUSH, 0, FLUSH.range, 0, 0, 0, 1024, 9)
    recorder.emit(KIND.TLB_FLUSH, 0, FLUSH.tag, 0, 0, 0, 1024, 0)
    recorder.flush()
    const time = new TimeIndex(trace, costs)
    expect([time.at(0), time.at(1)]).toEqual([12, 17])
  })

  it('says of each figure where it is from', () => {
    for (const cost of UNIT_COSTS) expect(cost.source.length).toBeGreaterThan(5)
  })
})
