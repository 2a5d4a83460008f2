import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testHeader } from '../fixture.ts'
import { className, classOf, levelOf } from '../names.ts'
import { Recorder } from '../recorder.ts'
import { emitRandom } from '../replica/random.fixture.ts'
import { KIND, LEVEL } from '../schema.ts'
import { testArch } from '../testArch.fixture.ts'
import { Trace } from '../trace.ts'
import { compileFilter } from './compile.ts'
import { completeFilter } from './complete.ts'
import { FilterError, parseFilter } from './parse.ts'
import { FilterScan } from './scan.ts'

function randomTrace(events: number): Trace {
  const trace = new Trace(testHeader)
  const recorder = new Recorder('full', (chunk) => trace.append(chunk))
  for (let i = 0; i < events; i++) {
    if (i % 50 === 0) {
      recorder.op++
      recorder.emit(
        KIND.SYS_ENTER,
        0,
        0,
        recorder.string(`call ${recorder.op}`),
        1,
        10 + (recorder.op % 7),
        1,
        0,
      )
    }
    emitRandom(recorder, Math.imul(i + 1, 0x9e3779b1) >>> 1)
  }
  recorder.flush()
  return trace
}

const trace = randomTrace(30_000)
const little = randomTrace(2000)
const scan = (filter: string, of = trace) =>
  new FilterScan(of, compileFilter(parseFilter(filter), of, testArch))
const all = (filter: string, of = trace) => scan(filter, of).rows(0, of.length)
const name = (k: number) => className(classOf(trace.word(k, 0), trace.word(k, 1)))

function error(filter: string): FilterError {
  try {
    scan(filter)
  } catch (thrown) {
    if (thrown instanceof FilterError) return thrown
    throw thrown
  }
  throw new Error(`'${filter}' has no error`)
}

describe('filters', () => {
  it('select what their terms say', () => {
    const events = all('')
    expect(events).toHaveLength(trace.events)
    const same = (filter: string, test: (k: number) => boolean) => {
      const expected = events.filter(test)
      expect(expected.length).toBeGreaterThan(0)
      expect(all(filter)).toEqual(expected)
    }
    same('name:tlb_*', (k) => name(k).toLowerCase().startsWith('tlb_'))
    same('NAME:sched_switch', (k) => name(k) === 'sched_switch')
    same('level:pte', (k) => levelOf(trace.word(k, 0), trace.word(k, 1)) === LEVEL.pte)
    same('cpu:1', (k) => trace.cpu(k) === 1)
    same('op:3', (k) => trace.op(k) === 3)
    same('op:3-5', (k) => trace.op(k) >= 3 && trace.op(k) <= 5)
    same('line:12', (k) => trace.lineOf(k) === 12)
    same(
      '"call 17"',
      (k) => trace.text(trace.word(k, 3)).includes('call 17') && trace.kind(k) === KIND.SYS_ENTER,
    )
    same(
      'frame:0x5',
      (k) =>
        ([KIND.MM_PAGE_ALLOC, KIND.MM_PAGE_FREE, KIND.PAGE_STATE].includes(trace.kind(k) as 24) &&
          trace.word(k, 3) === 5) ||
        (trace.kind(k) === KIND.PT_ALLOC && trace.word(k, 4) === 5) ||
        (trace.kind(k) === KIND.TLB_FILL && trace.word(k, 6) === 5),
    )
    same(
      'field:rss_anon or name:set_pte',
      (k) => name(k) === 'set_pte' || (name(k) === 'rss_stat' && trace.indexOf(k) === 9),
    )
    same(
      'name:set_pte cpu:0 and not op:7',
      (k) => name(k) === 'set_pte' && trace.cpu(k) === 0 && trace.op(k) !== 7,
    )
  })

  it('obey the laws of logic', () => {
    const terms = fc.constantFrom(
      'cpu:0',
      'name:set_pte',
      'name:tlb_*',
      'level:pte',
      'op:2-9',
      'mm:1',
      'call',
    )
    fc.assert(
      fc.property(terms, terms, terms, (a, b, c) => {
        const sets = [a, b, c].map((x) => new Set(all(x, little)))
        const events = all('', little)
        expect(all(`${a} ${b}`, little)).toEqual(events.filter((k) => sets[0].has(k) && sets[1].has(k)))
        expect(all(`not (${a} or ${b})`, little)).toEqual(all(`!${a} -${b}`, little))
        expect(all(`${a} or ${b} and ${c}`, little)).toEqual(
          events.filter((k) => sets[0].has(k) || (sets[1].has(k) && sets[2].has(k))),
        )
      }),
      { numRuns: 40 },
    )
  })

  it('page, locate and step through the list consistently', () => {
    for (const filter of ['', 'name:set_pte', 'op:100-101', 'name:PT_FREE']) {
      const list = all(filter)
      const one = scan(filter)
      expect(one.total).toBe(list.length)
      for (const from of [0, 1, list.length >> 1, list.length - 3]) {
        if (from >= 0) expect(one.rows(from, 5)).toEqual(list.slice(from, from + 5))
      }
      for (const position of [0, list.length >> 1, list.length - 1]) {
        expect(one.position(list[position])).toBe(position)
        expect(one.next(list[position], 1)).toBe(list[position + 1] ?? -1)
        expect(one.next(list[position], -1)).toBe(list[position - 1] ?? -1)
      }
    }
  })

  it('follow a trace that grows', () => {
    const growing = new Trace(testHeader)
    const recorder = new Recorder('full', (chunk) => growing.append(chunk))
    const one = scan('name:set_pte or late', growing)
    // Random records name strings 0–8: in a real trace a string always comes before its use.
    for (let i = 1; i < 9; i++) recorder.string(`string ${i}`)
    for (let i = 0; i < 20_000; i++) {
      emitRandom(recorder, Math.imul(i + 7, 0x9e3779b1) >>> 1)
      if (i % 3001 !== 0) continue
      recorder.emit(KIND.LOG, 0, 0, recorder.string(`late ${i}`), 0, 0, 0, 0)
      recorder.flush()
      expect(one.total).toBe(all('name:set_pte or late', growing).length)
    }
  })

  it('find the events of an address: faults, entries on the way, TLB', () => {
    const small = new Trace(testHeader)
    const recorder = new Recorder('full', (chunk) => small.append(chunk))
    // Tables 1 → 2 → 3 → 4 lead to page 0x12345 and its neighbours.
    const index = [39, 30, 21, 12].map((shift) => Math.floor(0x12345000 / 2 ** shift) % 512)
    recorder.emit(KIND.PT_ALLOC, 0, LEVEL.pgd, 1, 1, 0, 512, 4096)
    for (const [child, level] of [
      [2, LEVEL.pud],
      [3, LEVEL.pmd],
      [4, LEVEL.pte],
    ]) {
      recorder.emit(KIND.PT_ALLOC, 0, level, child, child, 0, 512, 4096)
      recorder.emit(KIND.SET_ENTRY, index[child - 2], level - 1, child - 1, 0, 0, 1, 0)
      recorder.emit(KIND.PT_INSTALL, index[child - 2], level, child, child - 1, 0, 0, 0)
    }
    recorder.emit(KIND.PAGE_FAULT_USER, 6, 0, 0, 0, 0, 0x12345, 0)
    recorder.emit(KIND.SET_ENTRY, index[3], LEVEL.pte, 4, 0, 0, 7, 0)
    recorder.emit(KIND.SET_ENTRY, index[3] + 1, LEVEL.pte, 4, 0, 0, 7, 0)
    recorder.emit(KIND.PT_FREE, 0, LEVEL.pte, 4, 4, 0, 0, 0)
    recorder.emit(KIND.PT_ALLOC, 0, LEVEL.pte, 4, 4, 0, 512, 4096)
    recorder.emit(KIND.SET_ENTRY, index[3], LEVEL.pte, 4, 0, 0, 7, 0)
    recorder.flush()
    expect(all('va:0x12345678 name:set_*', small)).toEqual([2, 5, 8, 11])
    expect(all('va:0x12345678 name:page_fault_user', small)).toEqual([10])
  })

  it('say what is wrong and where', () => {
    expect(error('cpu:')).toMatchObject({ position: 4, message: 'cpu: needs a value' })
    expect(error('cpu:0 bogus:1')).toMatchObject({ position: 6 })
    expect(error('(cpu:0')).toMatchObject({ position: 0 })
    expect(error('cpu:0 )')).toMatchObject({ position: 6 })
    expect(error('cpu:0 or')).toMatchObject({ position: 8 })
    expect(error('level:ptee')).toMatchObject({ position: 6 })
    expect(error('name:nothing')).toMatchObject({ position: 5 })
    expect(error('op:9-3')).toMatchObject({ position: 3 })
    expect(error('"open')).toMatchObject({ position: 0 })
    expect(error('not '.repeat(200) + 'x').message).toContain('too many')
  })

  it('never fail in any other way', () => {
    const pieces = fc.constantFrom(
      '(',
      ')',
      'and',
      'or',
      'not',
      '"',
      '!',
      '-',
      'cpu:',
      '0x',
      'va:0x1',
      'name:*',
      ':',
      ' ',
      'é',
      '[',
      '\\',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((list) => list.join(' ')),
        ),
        (text) => {
          try {
            expect(scan(text).rows(0, 3).length).toBeLessThanOrEqual(3)
          } catch (thrown) {
            if (!(thrown instanceof FilterError)) throw thrown
            expect(thrown.position).toBeLessThanOrEqual(text.length)
          }
        },
      ),
    )
  })

  it('are completed from keys and values', () => {
    const texts = (text: string) => completeFilter(text).options.map((option) => option.text)
    expect(texts('na')).toEqual(['name:'])
    expect(texts('cpu:0 and name:tlb_f')).toEqual(
      ['tlb_flush', 'TLB_FILL', 'TLB_FILL_INVALID', 'TLB_FLUSH_LOST', 'TLB_FLUSH_SKIP_LAZY'].sort((a, b) =>
        a < b ? -1 : 1,
      ),
    )
    expect(completeFilter('level:pm')).toEqual({ from: 6, options: [{ text: 'pmd', about: 'level' }] })
    expect(texts('field:map')).toEqual(['map_count'])
  })
})
