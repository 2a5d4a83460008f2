import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testHeader } from './fixture.ts'
import { TraceQuery } from './query.ts'
import { KIND, OBJ, WORDS } from './schema.ts'
import { testArch } from './testArch.fixture.ts'
import { Trace } from './trace.ts'

const kinds = Object.values(KIND)
const record = fc.tuple(
  fc.constantFrom(...kinds),
  fc.nat(1),
  fc.oneof(fc.nat(8), fc.nat(0xffff)),
  fc.array(word(), { minLength: 7, maxLength: 7 }),
)

function word() {
  return fc.oneof(fc.nat(8), fc.nat(600), fc.integer({ min: 0, max: 0xffffffff }))
}

/** Records with valid checksums whose contents make no sense: what a hostile or half-written trace may hold. */
describe('wild records', () => {
  it('are answered, never with an exception', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 80 }), (records) => {
        const words = Uint32Array.from(
          records.flatMap(([kind, cpu, index, rest]) => [kind | (cpu << 8) | (index << 16), ...rest]),
        )
        const trace = new Trace({ ...testHeader, cpus: 2 })
        trace.append({ words, records: words.length / WORDS, firstRecord: 0, firstString: 1, strings: [] })
        const query = new TraceQuery(trace, testArch)
        const k = trace.length - 1
        const view = query.state(k)
        for (const { id } of view.mms) query.tables(k, id).forEach((table) => query.table(k, table.id))
        for (const { id, entries } of query.tables(k, 0)) query.entry(k, id, entries - 1)
        query.state(k, { mm: 3, vmas: 5 })
        for (let mm = 0; mm < 4; mm++) query.walk(k, mm, '0xffff_8000_0000_0000')
        expect(query.events(0, 100).rows).toHaveLength(trace.events)
        for (const filter of ['va:0x1000', 'frame:3', 'rss', '0x5', `mm:${OBJ.mm}`])
          query.events(0, 10, filter)
        for (const by of ['event', 'op', 'line'] as const) query.step(query.step(k, by, -1).k, by, 1)
        query.ops()
        query.results()
        query.counters(10)
        query.atLine(3)
      }),
      { numRuns: 300 },
    )
  })
})
