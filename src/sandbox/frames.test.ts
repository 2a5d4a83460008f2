import { describe, expect, it } from 'vitest'
import { encodeFrame, FrameReader } from './frames.ts'

function join(parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

describe('frames', () => {
  const messages = [{ type: 'ready' }, { text: 'ä→'.repeat(50) }, { n: 3 }]
  const binaries = [new Uint8Array(0), Uint8Array.from({ length: 1000 }, (_, i) => i), new Uint8Array(1)]
  const stream = join(messages.flatMap((message, i) => encodeFrame(message, binaries[i])))

  it.each([1, 2, 7, 64, 5000])('come out whole when they arrive in pieces of %i bytes', (size) => {
    const got: [unknown, number[]][] = []
    const reader = new FrameReader((message, binary) => got.push([message, [...binary]]))
    for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size))
    expect(got).toEqual(messages.map((message, i) => [message, [...binaries[i]]]))
  })

  it('that were cut off are not handed over', () => {
    const got: unknown[] = []
    const reader = new FrameReader((message) => got.push(message))
    reader.push(stream.subarray(0, stream.length - 1))
    expect(got).toEqual(messages.slice(0, 2))
  })

  it('of absurd size are refused', () => {
    const reader = new FrameReader(() => undefined)
    expect(() => reader.push(new Uint8Array(8).fill(255))).toThrow(/too large/)
  })
})
