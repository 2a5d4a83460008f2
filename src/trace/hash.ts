/**
 * Running hash of a trace: the identity of a run. Each word column of the records has its own lane, so that the eight
 * multiplications of a record do not wait for each other; strings have a ninth. The value does not depend on where the
 * stream was cut into chunks.
 */
import { WORDS } from './schema.ts'

const PRIME = 0x9e3779b1
const MIX_A = 0x85ebca6b
const MIX_B = 0xc2b2ae35

export class TraceHash {
  private readonly lanes = Int32Array.from({ length: WORDS }, (_, i) => Math.imul(i + 1, PRIME))
  private text = 0x811c9dc5 | 0
  private records = 0

  copy(): TraceHash {
    const twin = new TraceHash()
    twin.lanes.set(this.lanes)
    twin.text = this.text
    twin.records = this.records
    return twin
  }

  /** Adds the records in words[from, to), both multiples of WORDS. */
  addWords(words: Uint32Array, from: number, to: number): void {
    const lanes = this.lanes
    let [h0, h1, h2, h3] = [lanes[0], lanes[1], lanes[2], lanes[3]]
    let [h4, h5, h6, h7] = [lanes[4], lanes[5], lanes[6], lanes[7]]
    for (let i = from; i < to; i += WORDS) {
      h0 = step(h0, words[i])
      h1 = step(h1, words[i + 1])
      h2 = step(h2, words[i + 2])
      h3 = step(h3, words[i + 3])
      h4 = step(h4, words[i + 4])
      h5 = step(h5, words[i + 5])
      h6 = step(h6, words[i + 6])
      h7 = step(h7, words[i + 7])
    }
    lanes.set([h0, h1, h2, h3, h4, h5, h6, h7])
    this.records += (to - from) / WORDS
  }

  addString(text: string): void {
    let h = step(this.text, text.length)
    for (let i = 0; i < text.length; i++) h = step(h, text.charCodeAt(i))
    this.text = h
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    let a = finish(this.records ^ this.text)
    let b = finish(this.text + PRIME)
    for (const lane of this.lanes) {
      a = finish(a ^ lane)
      b = finish(Math.imul(b, 31) + lane)
    }
    return hex(a) + hex(b)
  }
}

function step(h: number, word: number): number {
  const x = h ^ word
  return Math.imul((x << 13) | (x >>> 19), PRIME)
}

function finish(x: number): number {
  let h = x ^ (x >>> 16)
  h = Math.imul(h, MIX_A)
  h ^= h >>> 13
  h = Math.imul(h, MIX_B)
  return h ^ (h >>> 16)
}

function hex(x: number): string {
  return (x >>> 0).toString(16).padStart(8, '0')
}
