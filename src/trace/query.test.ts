import { describe, expect, it } from 'vitest'
import { FIELD_DOCS } from './fields.ts'
import { testHeader } from './fixture.ts'
import { TraceQuery } from './query.ts'
import { INDICES, PAGE_VA, scene } from './scene.fixture.ts'
import { FIELDS, KIND, OBJ_NAMES } from './schema.ts'
import { testArch } from './testArch.fixture.ts'
import { Trace } from './trace.ts'

const trace = scene()
const query = new TraceQuery(trace, testArch)
const end = trace.length - 1
const va = `0x${PAGE_VA.toString(16)}`
const kOf = (kind: number, nth = 0) =>
  Array.from({ length: trace.length }, (_, k) => k).filter((k) => trace.kind(k) === kind)[nth]
const afterOp = (op: number) => trace.ops.last(op)
const mm = (k: number, id: number) => query.state(k).mms.find((view) => view.id === id)
const fieldOf = (k: number, id: number, name: string) =>
  mm(k, id)?.fields.find((field) => field.name === name)

describe('state', () => {
  it('shows mm_struct fields, what the event changed, and VMAs', () => {
    expect(fieldOf(afterOp(1), 1, 'pgtables_bytes')).toMatchObject({
      value: '0',
      unit: 'bytes',
      change: null,
    })
    expect(fieldOf(afterOp(3), 1, 'pgtables_bytes')).toMatchObject({ value: '12288' })
    const rss = kOf(KIND.MM_PAGE_ALLOC) + 1
    expect(fieldOf(rss, 1, 'rss_anon')).toMatchObject({ value: '1', change: '+1' })
    expect(fieldOf(rss + 1, 1, 'rss_anon')).toMatchObject({ value: '1', change: null })
    expect(mm(afterOp(2), 1)).toMatchObject({ process: 'a', pid: 1, alive: true })
    const [vma] = mm(afterOp(2), 1)?.vmas ?? []
    expect(vma).toMatchObject({
      start: va,
      end: `0x${(PAGE_VA + 8192n).toString(16)}`,
      perms: 'rw-p',
      flags: 'rd wr mr mw',
      name: '[anon]',
    })
    expect(query.state(end).mms.map((view) => [view.process, view.vmas.length])).toEqual([
      ['a', 1],
      ['b', 0],
    ])
  })

  it('hides counters that the kernel does not have', () => {
    expect(fieldOf(end, 1, 'nr_ptes')).toBeUndefined()
    const old = new Trace({ ...testHeader, policies: { accounting: 'nr_ptes_only' } })
    old.append({
      words: trace.chunks[0],
      records: trace.length,
      firstRecord: 0,
      firstString: 1,
      strings: trace.strings.slice(1),
    })
    const fields = new TraceQuery(old, testArch).state(10).mms[0].fields.map((field) => field.name)
    expect(fields).toContain('nr_ptes')
    expect(fields).not.toContain('pgtables_bytes')
  })

  it('shows the TLB, and which of its entries the page table no longer backs', () => {
    const filled = query.state(afterOp(3)).cpus[0]
    expect(filled).toMatchObject({ process: 'a', loadedMm: 1, tag: 1, used: 1 })
    expect(filled.entries).toEqual([
      { slot: 33, va, pages: 1, tag: 1, frame: 777, perms: 'rw- user', stale: false, mm: 1, why: '' },
    ])
    // fork has write-protected the page: the entry still allows writes.
    expect(query.state(afterOp(4)).cpus[0].entries[0]).toMatchObject({
      stale: true,
      why: expect.stringMatching(/./),
    })
    expect(query.state(afterOp(5)).cpus[0]).toMatchObject({ used: 0, entries: [] })
  })

  it('exists before the first event, of an empty trace, and beyond the end', () => {
    expect(query.state(-1)).toMatchObject({ k: -1, event: null, mms: [] })
    expect(query.state(1e9).k).toBe(end)
    const empty = new TraceQuery(new Trace(testHeader), testArch)
    expect(empty.state(5)).toMatchObject({ k: -1, event: null, mms: [] })
    expect(empty.events(0, 10)).toEqual({ total: 0, rows: [], error: '' })
    expect(empty.step(-1, 'event', 1)).toEqual({ k: -1 })
    expect(empty.step(-1, 'op', 1)).toEqual({ k: -1 })
    expect(empty.results().summary).toMatchObject({ events: 0, ops: 0 })
  })

  it('is plain data', () => {
    for (const answer of [
      query.state(end),
      query.tables(end, 1),
      query.table(end, 4),
      query.walk(end, 1, va),
      query.results(),
    ]) {
      expect(JSON.parse(JSON.stringify(answer))).toEqual(answer)
    }
  })
})

describe('tables', () => {
  it('are a tree with addresses', () => {
    const tables = query.tables(afterOp(3), 1)
    expect(
      tables.map(({ id, level, used, parent, parentIndex }) => [id, level, used, parent, parentIndex]),
    ).toEqual([
      [1, 'pgd', 1, null, 0],
      [2, 'pud', 1, 1, INDICES[0]],
      [3, 'pmd', 1, 2, INDICES[1]],
      [4, 'pte', 1, 3, INDICES[2]],
    ])
    expect(tables[3].va).toBe(`0x${(PAGE_VA & ~0x1fffffn).toString(16)}`)
    expect(query.tables(afterOp(4), 2).map((table) => table.id)).toEqual([6, 7, 8, 9])
    expect(mm(end, 2)?.tables).toMatchObject({ bytes: 16384, countedBytes: 12288, deposited: 0 })
  })

  it('have cells by class, with their writers', () => {
    expect(query.table(afterOp(3), 4)).toMatchObject({
      cells: [INDICES[3], 3],
      writtenAt: [kOf(KIND.FAULT_DONE) - 1],
    })
    expect(query.table(afterOp(4), 4)).toMatchObject({
      cells: [INDICES[3], 2],
      writtenAt: [kOf(KIND.COPY_PTES)],
    })
    expect(query.table(afterOp(4), 9)?.cells).toEqual([INDICES[3], 2])
    expect(query.table(end, 9)?.cells).toEqual([])
    expect(query.table(end, 3)?.cells).toEqual([INDICES[2], 1])
    expect(query.table(0, 4)).toBeNull()
  })

  it('have entries that are decoded bit by bit', () => {
    const entry = query.entry(afterOp(3), 4, INDICES[3])
    expect(entry).toMatchObject({ va, kind: 'leaf', frame: 777, mapcount: 1, pageKind: 'anon' })
    const bits = Object.fromEntries(entry?.bits.map((bit) => [bit.macro || bit.name, bit.value]) ?? [])
    expect(bits).toMatchObject({
      _PAGE_PRESENT: '0x1',
      _PAGE_RW: '0x1',
      _PAGE_USER: '0x1',
      _PAGE_DIRTY: '0x1',
      _PAGE_NX: '0x1',
      frame: '0x309',
    })
    expect(entry?.writtenBy).toMatchObject({ name: 'set_pte', op: 3, line: 7 })
    expect(query.entry(afterOp(4), 4, INDICES[3])).toMatchObject({
      mapcount: 2,
      writtenBy: { name: 'COPY_PTES' },
    })
    expect(query.entry(end, 3, INDICES[2])).toMatchObject({ kind: 'table', frame: 103, mapcount: null })
    expect(query.entry(end, 4, 0)).toMatchObject({ kind: 'none', frame: null, writtenBy: null })
    expect(query.entry(end, 4, 512)).toBeNull()
    expect(query.entry(end, 99, 0)).toBeNull()
  })

  it('are walked', () => {
    const walk = query.walk(afterOp(3), 1, va)
    expect(walk.steps.map((step) => [step.level, step.index, step.kind])).toEqual([
      ['pgd', INDICES[0], 'table'],
      ['pud', INDICES[1], 'table'],
      ['pmd', INDICES[2], 'table'],
      ['pte', INDICES[3], 'leaf'],
    ])
    expect(walk).toMatchObject({ folded: ['p4d'], result: 'frame 0x309, writable' })
    expect(query.walk(afterOp(4), 1, va).result).toBe('frame 0x309, read-only')
    expect(query.walk(end, 2, va).result).toBe('nothing mapped: the pte entry is empty')
    expect(query.walk(end, 1, '0x1000').steps).toHaveLength(1)
    expect(query.walk(end, 42, va)).toMatchObject({ steps: [], result: 'no page table' })
  })
})

describe('events', () => {
  it('are told in the words of kernel people', () => {
    const text = (kind: number, nth = 0) => query.row(kOf(kind, nth)).text
    expect(text(KIND.PAGE_FAULT_USER)).toBe(`write, not present (error 0x6) at ${va}`)
    expect(text(KIND.SET_ENTRY, 3)).toBe(`pte[${INDICES[3]}] 0x0 → 0x8000000000309867  table 4`)
    expect(text(KIND.SET_ENTRY, 0)).toContain(`pgd[${INDICES[0]}] 0x0 → 0x65067`)
    expect(text(KIND.TLB_FLUSH)).toBe(`1 page from ${va}, tag 1, local MM shootdown`)
    expect(text(KIND.DMESG)).toBe('alert: BUG: Bad rss-counter state')
    expect(text(KIND.CHART)).toBe('cost: (0.5, -3)')
    expect(query.row(kOf(KIND.SET_ENTRY, 3))).toMatchObject({
      name: 'set_pte',
      level: 'pte',
      mm: 1,
      ctx: 'task',
      op: 3,
      line: 7,
    })
  })

  it('come in pages, filtered, with an error for a wrong filter', () => {
    const { total, rows } = query.events(0, 1000)
    expect(total).toBe(trace.events)
    expect(rows.map((row) => row.k)).not.toContain(kOf(KIND.CONT))
    expect(query.events(1, 2, 'name:set_*').rows.map((row) => row.name)).toEqual(['set_pud', 'set_pmd'])
    expect(query.events(0, 5, 'cpu:')).toMatchObject({
      total: 0,
      rows: [],
      error: 'cpu: needs a value (at character 5)',
    })
    expect(query.locate(rows[17].k)).toEqual({ position: 17 })
    expect(query.nextEvent(0, 1, 'name:DMESG')).toBe(kOf(KIND.DMESG))
    expect(query.nextEvent(end, -1, 'name:DMESG')).toBe(kOf(KIND.DMESG))
  })

  it('are stepped by event, call and line, both ways', () => {
    const copy = kOf(KIND.COPY_PTES)
    expect(query.step(copy, 'event', 1)).toEqual({ k: copy + 2 })
    expect(query.step(copy + 2, 'event', -1)).toEqual({ k: copy })
    const ends = [1, 2, 3, 4, 5].map(afterOp)
    const steps = [-1]
    for (let i = 0; i < 5; i++) steps.push(query.step(steps[i], 'op', 1).k)
    expect(steps.slice(1)).toEqual(ends)
    expect(query.step(ends[2] - 3, 'op', 1).k).toBe(ends[2])
    expect(query.step(ends[2] - 3, 'op', -1).k).toBe(ends[1])
    expect(query.step(ends[2], 'op', -1).k).toBe(ends[1])
    expect(query.step(ends[0], 'op', -1).k).toBe(-1)
    expect(query.step(ends[4], 'op', 1).k).toBe(end)
    // Calls 4 and 5 stand on one line.
    expect(query.step(ends[2], 'line', 1).k).toBe(ends[3])
    expect(query.step(ends[3], 'line', 1).k).toBe(end)
    expect(query.step(ends[4], 'line', -1).k).toBe(ends[2])
    expect(query.atLine(8)).toEqual({ first: trace.ops.first(4), last: ends[4] })
    expect(query.atLine(99)).toEqual({ first: -1, last: -1 })
  })
})

describe('the whole trace', () => {
  it('is summed up', () => {
    expect(query.ops().rows[2]).toMatchObject({
      text: 'a.write()',
      line: 7,
      column: 3,
      file: 'scene.ts',
      faults: 1,
      tablesAllocated: 3,
      result: '0',
      error: false,
    })
    expect(query.ops(1, 2)).toMatchObject({ total: 5, rows: [{ op: 2 }, { op: 3 }] })
    const { summary, expectations, console, dmesg, charts } = query.results()
    expect(summary).toMatchObject({
      events: trace.events,
      ops: 5,
      hash: trace.hash,
      faults: 1,
      expectations: { passed: 0, failed: 1 },
      mms: [
        { id: 1, process: 'a', pid: 1 },
        { id: 2, process: 'b', pid: 2 },
      ],
    })
    expect(expectations).toMatchObject([{ pass: false, text: '1 to be 2', line: 12, column: 3 }])
    expect(console).toMatchObject([{ text: 'hello', line: 13 }])
    expect(dmesg).toMatchObject([{ text: 'BUG: Bad rss-counter state', severity: 1, line: 8 }])
    expect(charts).toEqual([{ name: 'cost', points: [[0.5, -3]] }])
  })

  it('has counters whose last point is the end', () => {
    const last = Object.fromEntries(query.counters(4).map((series) => [series.name, series.points.at(-1)]))
    expect(last['page tables']).toEqual([end, 8 * 4096])
    expect(last.rss).toEqual([end, 1])
    expect(last.vmas).toEqual([end, 1])
    expect(query.counters(4)[0].points.length).toBeLessThanOrEqual(5)
  })

  it('has a documented unit for every field', () => {
    for (const obj of OBJ_NAMES) {
      for (const field of FIELDS[obj]) expect(FIELD_DOCS[obj][field].doc.length).toBeGreaterThan(10)
      expect(Object.keys(FIELD_DOCS[obj])).toHaveLength(FIELDS[obj].length)
    }
  })
})
