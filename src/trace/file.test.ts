import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeTrace, encodeTrace, salvageTrace, TraceFileError } from './file.ts'
import { testHeader } from './fixture.ts'
import { CHUNK_RECORDS, Recorder } from './recorder.ts'
import { KIND, RECORD_BYTES } from './schema.ts'
import { Trace } from './trace.ts'

function sample(events: number): Trace {
  const trace = new Trace(testHeader)
  const recorder = new Recorder('full', (chunk) => trace.append(chunk))
  for (let i = 0; i < events; i++) {
    recorder.op = 1 + (i >>> 4)
    const text = recorder.string(`call(${i % 100}) — α`)
    recorder.emit(i % 16 === 0 ? KIND.SYS_ENTER : KIND.LOG, 0, 0, text, i, i * 7, 0, 0)
  }
  recorder.flush()
  return trace
}

function joined(trace: Trace): Uint8Array {
  return Uint8Array.from([...encodeTrace(trace)].flatMap((part) => [...part]))
}

function failure(bytes: Uint8Array): TraceFileError {
  try {
    decodeTrace(bytes)
  } catch (error) {
    if (error instanceof TraceFileError) return error
    throw error
  }
  throw new Error('decoded without an error')
}

/** Written by version 1: 3 records, 2 strings. */
const version1 = new Uint8Array(readFileSync(new URL('./fixtures/version1.ptl', import.meta.url)))

describe('.ptl files', () => {
  it('round-trip records, strings, header and hash', () => {
    for (const events of [0, 1, 1000, CHUNK_RECORDS, CHUNK_RECORDS + 5]) {
      const trace = sample(events)
      const back = decodeTrace([...encodeTrace(trace)])
      expect(back.header).toEqual(trace.header)
      expect(back.strings).toEqual(trace.strings)
      expect([back.hash, back.length, back.events, back.ops.count]).toEqual([
        trace.hash,
        trace.length,
        trace.events,
        trace.ops.count,
      ])
      for (const k of [0, events >> 1, events - 1]) {
        if (k < events && k >= 0) expect(back.word(k, 4)).toBe(trace.word(k, 4))
      }
    }
  })

  it('may come as a Buffer, at any alignment', () => {
    const trace = sample(50)
    const bytes = joined(trace)
    for (let shift = 0; shift < 4; shift++) {
      const buffer = Buffer.concat([Buffer.alloc(shift), bytes]).subarray(shift)
      expect(decodeTrace(buffer).hash).toBe(trace.hash)
    }
  })

  it('names every truncation', () => {
    const bytes = joined(sample(40))
    for (let size = 0; size < bytes.length; size++) {
      const error = failure(bytes.subarray(0, size))
      expect(['truncated', 'foreign']).toContain(error.fault)
      expect(error.offset).toBeLessThanOrEqual(size)
    }
  })

  it('gives what a truncated file still holds, whole events only', () => {
    const trace = sample(40)
    const bytes = joined(trace)
    const header = bytes.length - 8 - 8 - 40 * RECORD_BYTES
    let most = 0
    for (let size = header; size < bytes.length; size++) {
      const { trace: part, broken } = salvageTrace(bytes.subarray(0, size))
      expect(broken?.fault).toBe('truncated')
      expect(part.length).toBeGreaterThanOrEqual(most)
      most = part.length
      for (let k = 0; k < part.length; k++) expect(part.word(k, 4)).toBe(trace.word(k, 4))
    }
    expect(most).toBe(40)
    expect(salvageTrace(bytes)).toMatchObject({ broken: null })
    expect(() => salvageTrace(bytes.subarray(0, 10))).toThrow(TraceFileError)
  })

  it('drops an event whose payload is cut', () => {
    const trace = new Trace(testHeader)
    const recorder = new Recorder('full', (chunk) => trace.append(chunk))
    recorder.emit(KIND.LOG, 0, 0, 0, 0, 0, 0, 0)
    recorder.emitMask(KIND.ZAP_PTES, 0, 0, 1, 0, 512, 0, 0, new Uint32Array(16), 16)
    recorder.flush()
    const bytes = joined(trace)
    const cut = bytes.subarray(0, bytes.length - 8 - 8 - RECORD_BYTES)
    expect(salvageTrace(cut).trace.length).toBe(1)
  })

  it('notices every changed byte, and says near which byte', () => {
    const bytes = joined(sample(40))
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const broken = bytes.slice()
        broken[at] ^= change
        const error = failure(broken)
        expect(error.message).toMatch(/at byte \d+/)
        if (error.fault === 'damaged') expect(error.offset).toBeLessThanOrEqual(at + 4)
      }),
      { examples: [[12, 1]] },
    )
  })

  it('refuses foreign files and later versions', () => {
    expect(failure(Uint8Array.from([...'{"not": "a trace"}'].map((c) => c.charCodeAt(0)))).fault).toBe(
      'foreign',
    )
    const later = version1.slice()
    later[8] = 9
    expect(failure(later)).toMatchObject({ fault: 'version', offset: 8 })
    fc.assert(fc.property(fc.uint8Array(), (bytes) => failure(bytes) instanceof TraceFileError))
  })

  it('reads version 1', () => {
    const trace = decodeTrace(version1)
    expect(trace.header).toMatchObject({ arch: 'test-4level', kernel: '6.12', cpus: 2 })
    expect(trace.strings).toEqual(['', 'mmap(length: 4096)', '0x7ffff7fff000'])
    expect([0, 1, 2].map((k) => trace.kind(k))).toEqual([KIND.SYS_ENTER, KIND.STORE, KIND.SYS_EXIT])
    expect(trace.ops.row(1, trace.strings)).toMatchObject({
      text: 'mmap(length: 4096)',
      result: '0x7ffff7fff000',
      line: 12,
      first: 0,
      last: 2,
    })
    expect(trace.hash).toBe(HASH_OF_VERSION1)
  })
})

const HASH_OF_VERSION1 = '042244758c18c8a8'
