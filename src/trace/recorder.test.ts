import { describe, expect, it } from 'vitest'
import { CHUNK_RECORDS, Recorder } from './recorder.ts'
import type { TraceChunk } from './recorder.ts'
import { hashing } from './fixture.ts'
import { CTX, KIND, WORDS } from './schema.ts'

function record(flushEvery: number, events: number): { chunks: TraceChunk[]; hash: string } {
  const chunks: TraceChunk[] = []
  const { sink, hash } = hashing()
  const recorder = new Recorder('full', (chunk) => {
    chunks.push(chunk)
    sink(chunk)
  })
  for (let i = 0; i < events; i++) {
    recorder.emit(KIND.DMESG, i & 0xffff, i & 7, recorder.string(`line ${i % 5}`), i, ~i, i * 3, -1)
    if (i % flushEvery === flushEvery - 1) recorder.flush()
  }
  recorder.flush()
  return { chunks, hash: hash() }
}

describe('Recorder', () => {
  it('packs kind, cpu, index, mm, context, flags and op as schema.ts says', () => {
    const chunks: TraceChunk[] = []
    const recorder = new Recorder('full', (chunk) => void chunks.push(chunk))
    recorder.cpu = 3
    recorder.mm = 0xfedcb
    recorder.ctx = CTX.atomic
    recorder.op = 77
    recorder.emit(KIND.SET_ENTRY, 65535, 0x84, 1, 2, 0xffffffff, 4, 0x80000000)
    recorder.flush()
    const expected = [
      KIND.SET_ENTRY | (3 << 8) | 0xffff0000,
      0xfedcb | (CTX.atomic << 20) | (0x84 << 24),
      77,
      1,
      2,
      -1,
      4,
      0x80000000,
    ]
    expect([...chunks[0].words]).toEqual([...Uint32Array.from(expected)])
  })

  it('hands over the same stream and the same hash however often it is flushed', () => {
    const whole = record(Infinity, 1000)
    const often = record(7, 1000)
    expect(often.chunks.length).toBeGreaterThan(100)
    expect(often.hash).toBe(whole.hash)
    expect(often.chunks.flatMap((c) => [...c.words])).toEqual([...whole.chunks[0].words])
    expect(often.chunks.flatMap((c) => c.strings)).toEqual(whole.chunks[0].strings)
    let next = 0
    for (const chunk of often.chunks) {
      expect(chunk.firstRecord).toBe(next)
      next += chunk.records
    }
  })

  it('has another hash when one bit of one word or one letter differs', () => {
    const hashes = new Set<string>()
    const add = (write: (recorder: Recorder) => void): void => {
      const { sink, hash } = hashing()
      const recorder = new Recorder('full', sink)
      write(recorder)
      recorder.flush()
      hashes.add(hash())
    }
    for (let word = 0; word < 5; word++) {
      for (const bit of [0, 13, 31]) {
        const values = [0, 0, 0, 0, 0]
        values[word] = 1 << bit
        add((recorder) =>
          recorder.emit(KIND.STORE, 0, 0, values[0], values[1], values[2], values[3], values[4]),
        )
      }
    }
    for (const text of ['a', 'b', 'ab']) add((recorder) => recorder.string(text))
    expect(hashes.size).toBe(18)
  })

  it('sends a full chunk by itself and never cuts an event from its mask', () => {
    const chunks: TraceChunk[] = []
    const recorder = new Recorder('full', (chunk) => void chunks.push(chunk))
    for (let i = 0; i < CHUNK_RECORDS - 2; i++) recorder.emit(KIND.LOG, 0, 0, 0, 0, 0, 0, 0)
    const mask = Uint32Array.from({ length: 16 }, (_, i) => i + 1)
    recorder.emitMask(KIND.ZAP_PTES, 0, 4, 9, 0, 512, 0, 0, mask, 16)
    expect(chunks).toHaveLength(1)
    recorder.flush()
    expect(chunks[1].records).toBe(4)
    const kinds = Array.from({ length: 4 }, (_, i) => chunks[1].words[i * WORDS] & 0xff)
    expect(kinds).toEqual([KIND.ZAP_PTES, KIND.CONT, KIND.CONT, KIND.CONT])
    expect([...chunks[1].words.subarray(9, 16), ...chunks[1].words.subarray(17, 24)]).toEqual([
      ...mask.subarray(0, 14),
    ])
    expect(recorder.count(KIND.ZAP_PTES)).toBe(1)
    expect(recorder.events).toBe(CHUNK_RECORDS - 1)
  })

  it('writes over a chunk again when its receiver has copied it', () => {
    const seen: { buffer: ArrayBufferLike; first: number }[] = []
    const recorder = new Recorder('full', ({ words }) => {
      seen.push({ buffer: words.buffer, first: words[3] })
      return true
    })
    for (let i = 0; i < 2 * CHUNK_RECORDS; i++) recorder.emit(KIND.STORE, 0, 0, i, 0, 0, 0, 0)
    expect(seen.map(({ first }) => first)).toEqual([0, CHUNK_RECORDS])
    expect(seen[1].buffer).toBe(seen[0].buffer)
  })

  it('only counts in counters and does nothing when off', () => {
    const counters = new Recorder('counters', () => expect.unreachable())
    const off = new Recorder('off', () => expect.unreachable())
    for (const recorder of [counters, off]) {
      recorder.emit(KIND.TLB_FILL, 0, 0, 0, 0, 0, 0, 0)
      expect(recorder.string('x')).toBe(0)
      recorder.flush()
    }
    expect(counters.count(KIND.TLB_FILL)).toBe(1)
    expect([counters.active, counters.on, off.active]).toEqual([true, false, false])
    expect(off.events).toBe(0)
  })
})
