import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { RecordError } from './errors.ts'
import { readRecord } from './read.ts'

const path = new URL('../../../e2e/golden/mipsel-6.1.json.gz', import.meta.url)
const packed = new Uint8Array(readFileSync(path))
const text = gunzipSync(packed).toString('utf8')
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content)

describe('readRecord', () => {
  it('reads plain and gzipped files alike', async () => {
    const [a, b] = await Promise.all([readRecord('a', packed), readRecord('b', bytes(text))])
    expect(a).toEqual(b)
    expect(a.kind).toBe('golden')
  })

  const broken: [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(0), /^f: the file is empty$/],
    ['a truncated gzip file', packed.subarray(0, 5000), /^f: damaged or truncated gzip data after \d+ bytes/],
    ['gzip data with a flipped byte', flipped(packed, 6000), /^f: (damaged|not JSON at offset \d+)/],
    ['JSON that ends early', bytes(text.slice(0, 1000)), /^f: not JSON at offset \d+/],
    ['something else than text', new Uint8Array([0xff, 0xfe, 0, 1]), /^f: not text \(first bytes ff fe 00 01\)/],
    ['JSON without a format', bytes('{"a":1}'), /^f: no 'format'; records are gt-golden-1 or gt-ptdump-1$/],
    ['a foreign format', bytes('{"format":"gt-golden-9"}'), /^f: format "gt-golden-9"/],
    ['a gzipped foreign file', new Uint8Array(gzipSync('[]')), /^f: no 'format'/],
  ]
  it.each(broken)('refuses %s', async (_what, content, message) => {
    await expect(readRecord('f', content)).rejects.toThrow(RecordError)
    await expect(readRecord('f', content)).rejects.toThrow(message)
  })

  it('names the place of a field that is wrong', async () => {
    const record = JSON.parse(text) as { workloads: { ops: { proc: unknown }[] }[] }
    record.workloads[2]!.ops[1]!.proc = 'zero'
    await expect(readRecord('f', bytes(JSON.stringify(record)))).rejects.toThrow(
      /^f: at workloads\[2\]\.ops\[1\]\.proc: /,
    )
  })
})

function flipped(content: Uint8Array, at: number): Uint8Array {
  const copy = content.slice()
  copy[at] = copy[at]! ^ 0x55
  return copy
}
