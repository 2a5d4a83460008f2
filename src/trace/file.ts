/**
 * The .ptl file: a trace on disk. All numbers are little-endian 32-bit words, as typed arrays are on every host the lab
 * runs on; every part is padded to a multiple of 4 bytes so that records can be used where they lie.
 *
 *   magic (8 bytes) · version · header bytes · header JSON · header hash (8 bytes)
 *   chunks:  'CHNK' · records · strings · text bytes · string lengths · texts · records · hash of everything so far (8 bytes)
 *   'DONE' · records in all
 */
import { TraceHash } from './hash.ts'
import { CHUNK_RECORDS } from './recorder.ts'
import { KIND, RECORD_BYTES, WORDS } from './schema.ts'
import type { MachineHeader } from './schema.ts'
import { Trace } from './trace.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

export const PTL_VERSION = 1
/** CR LF and ^Z reveal transfers in text mode, as in PNG. */
const MAGIC = Uint8Array.of(0x50, 0x54, 0x4c, 0x41, 0x42, 0x0d, 0x0a, 0x1a)
const TAG_CHUNK = 0x4b4e4843
const TAG_DONE = 0x454e4f44
const HASH_BYTES = 8
const MAX_HEADER = 1 << 20
/** Records number CPUs with 8 bits. */
const MAX_CPUS = 256
/** Events that CONT records follow. */
const HAS_PAYLOAD: readonly number[] = [KIND.COPY_PTES, KIND.ZAP_PTES]

export type TraceFileFault = 'foreign' | 'version' | 'truncated' | 'damaged'

/** What is wrong with a trace file and at which byte. */
export class TraceFileError extends Error {
  readonly fault: TraceFileFault
  readonly offset: number

  constructor(fault: TraceFileFault, offset: number, message: string) {
    super(`${message} (at byte ${offset})`)
    this.name = 'TraceFileError'
    this.fault = fault
    this.offset = offset
  }
}

/** The file's parts in order; written one after the other they are the file. */
export function* encodeTrace(trace: Trace): Generator<Uint8Array> {
  const header = encodeUtf8(JSON.stringify(trace.header))
  yield MAGIC.slice()
  yield bytesOf(PTL_VERSION, header.length)
  yield padded(header)
  yield digestOfHeader(header)
  const running = new TraceHash()
  for (let i = 0; i * CHUNK_RECORDS < trace.length; i++) {
    // Strings are not tied to chunks once they are in memory: the first chunk takes them all.
    const strings = i === 0 ? trace.strings.slice(1) : []
    const records = Math.min(CHUNK_RECORDS, trace.length - i * CHUNK_RECORDS)
    yield* encodeChunk(trace.chunks[i].subarray(0, records * WORDS), strings, running)
  }
  if (trace.length === 0 && trace.strings.length > 1)
    yield* encodeChunk(new Uint32Array(0), trace.strings.slice(1), running)
  yield bytesOf(TAG_DONE, trace.length)
}

function* encodeChunk(words: Uint32Array, strings: string[], running: TraceHash): Generator<Uint8Array> {
  for (const text of strings) running.addString(text)
  running.addWords(words, 0, words.length)
  const texts = strings.map(encodeUtf8)
  const textBytes = texts.reduce((sum, text) => sum + text.length, 0)
  yield bytesOf(TAG_CHUNK, words.length / WORDS, strings.length, textBytes)
  yield new Uint8Array(Uint32Array.from(texts, (text) => text.length).buffer)
  const joined = new Uint8Array(textBytes)
  let at = 0
  for (const text of texts) {
    joined.set(text, at)
    at += text.length
  }
  yield padded(joined)
  yield new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
  yield digestBytes(running)
}

/**
 * The trace in a file. The trace may keep using `input`'s memory: do not change it afterwards.
 * Throws TraceFileError for anything that is not a whole, undamaged file of a known version.
 */
export function decodeTrace(input: Uint8Array | readonly Uint8Array[]): Trace {
  const { trace, broken } = salvageTrace(input)
  if (broken !== null) throw broken
  return trace
}

/**
 * As decodeTrace, but a file that is cut off or damaged after its header gives what can be read of it: everything up to
 * there, and `broken` says what is wrong. Throws TraceFileError when there is nothing to read.
 */
export function salvageTrace(input: Uint8Array | readonly Uint8Array[]): {
  trace: Trace
  broken: TraceFileError | null
} {
  const reader = new Reader(plain(input instanceof Uint8Array ? input : concat(input)))
  const trace = new Trace(readHeader(reader))
  try {
    readChunks(reader, trace)
    return { trace, broken: null }
  } catch (error) {
    if (error instanceof TraceFileError) return { trace, broken: error }
    throw error
  }
}

function readChunks(reader: Reader, trace: Trace): void {
  const running = new TraceHash()
  for (;;) {
    const start = reader.at
    const tag = reader.word('the next chunk')
    if (tag === TAG_DONE) return finish(reader, trace)
    if (tag !== TAG_CHUNK)
      throw new TraceFileError('damaged', start, 'damaged trace file: no chunk where one should begin')
    readChunk(reader, trace, running, start)
  }
}

function readHeader(reader: Reader): MachineHeader {
  const magic = reader.peek(MAGIC.length)
  if (magic.length === 0 || !magic.every((byte, i) => byte === MAGIC[i])) {
    throw new TraceFileError('foreign', 0, 'not a ptlab trace: a .ptl file begins with "PTLAB"')
  }
  reader.bytes(MAGIC.length, 'the magic number')
  const version = reader.word('the version')
  if (version !== PTL_VERSION) {
    throw new TraceFileError(
      'version',
      8,
      `trace file version ${version}; this ptlab reads version ${PTL_VERSION}`,
    )
  }
  const size = reader.word('the header length')
  if (size > MAX_HEADER)
    throw new TraceFileError('damaged', 12, `damaged trace file: a header of ${size} bytes`)
  const at = reader.at
  const bytes = reader.paddedBytes(size, 'the header', at - 4)
  const hash = reader.bytes(HASH_BYTES, 'the header checksum')
  if (!same(hash, digestOfHeader(bytes)))
    throw new TraceFileError('damaged', at, 'damaged trace file: wrong header checksum')
  return parseHeader(decodeUtf8(bytes), at)
}

function parseHeader(json: string, at: number): MachineHeader {
  try {
    const header: unknown = JSON.parse(json)
    if (isHeader(header)) return header
  } catch {
    // Reported below: for the reader of the message both are the same.
  }
  throw new TraceFileError(
    'damaged',
    at,
    'damaged trace file: the header is not the description of a machine',
  )
}

function isHeader(value: unknown): value is MachineHeader {
  if (typeof value !== 'object' || value === null) return false
  const header = value as Record<string, unknown>
  const texts = ['arch', 'kernel', 'scenario'].every((name) => typeof header[name] === 'string')
  const maps = ['features', 'config', 'policies'].every(
    (name) => typeof header[name] === 'object' && header[name] !== null,
  )
  const cpus = header.cpus as number
  return (
    texts &&
    maps &&
    Number.isInteger(cpus) &&
    cpus >= 1 &&
    cpus <= MAX_CPUS &&
    Number.isFinite(header.memoryPages)
  )
}

function readChunk(reader: Reader, trace: Trace, running: TraceHash, start: number): void {
  const records = reader.word('a chunk')
  const count = reader.word('a chunk')
  const textBytes = reader.word('a chunk')
  const lengths = reader.words(count, 'string lengths')
  const texts = reader.paddedBytes(textBytes, 'strings', start)
  const strings = cutStrings(texts, lengths, start)
  const whole = Math.min(records, Math.floor(reader.left / RECORD_BYTES))
  if (reader.left < records * RECORD_BYTES + HASH_BYTES)
    return cutOff(reader, trace, running, strings, whole, records)
  const words = reader.words(records * WORDS, `${records} records of ${RECORD_BYTES} bytes`)
  for (const text of strings) running.addString(text)
  running.addWords(words, 0, words.length)
  if (!same(reader.bytes(HASH_BYTES, 'a chunk checksum'), digestBytes(running))) {
    throw new TraceFileError(
      'damaged',
      start,
      `damaged trace file: wrong checksum of the chunk with records ${trace.length}–${trace.length + records - 1}`,
    )
  }
  trace.adopt(
    { words, records, firstRecord: trace.length, firstString: trace.strings.length, strings },
    running,
  )
}

/** The file ends inside a chunk's records: takes the whole events before that. Throws in any case. */
function cutOff(
  reader: Reader,
  trace: Trace,
  running: TraceHash,
  strings: string[],
  whole: number,
  records: number,
): void {
  const words = reader.words(whole * WORDS, 'records')
  let kept = whole
  // The payload of the last event may be cut.
  while (kept > 0 && (words[(kept - 1) * WORDS] & 0xff) === KIND.CONT) kept--
  if (kept > 0 && HAS_PAYLOAD.includes(words[(kept - 1) * WORDS] & 0xff)) kept--
  for (const text of strings) running.addString(text)
  const left = words.subarray(0, kept * WORDS)
  running.addWords(left, 0, left.length)
  const place = { firstRecord: trace.length, firstString: trace.strings.length }
  trace.adopt({ words: left, records: kept, ...place, strings }, running)
  reader.bytes(
    (records - whole) * RECORD_BYTES + HASH_BYTES,
    `${records} records of ${RECORD_BYTES} bytes and their checksum`,
  )
}

function cutStrings(texts: Uint8Array, lengths: Uint32Array, start: number): string[] {
  const strings: string[] = []
  let at = 0
  for (const length of lengths) {
    strings.push(decodeUtf8(texts.subarray(at, at + length)))
    at += length
  }
  if (at !== texts.length)
    throw new TraceFileError('damaged', start, 'damaged trace file: string lengths do not add up')
  return strings
}

function finish(reader: Reader, trace: Trace): void {
  const at = reader.at
  const records = reader.word('the end mark')
  if (records !== trace.length)
    throw new TraceFileError(
      'damaged',
      at,
      `damaged trace file: ${trace.length} records where ${records} were written`,
    )
  if (!reader.atEnd)
    throw new TraceFileError('damaged', reader.at, 'damaged trace file: more bytes after its end')
}

class Reader {
  at = 0
  private readonly input: Uint8Array

  constructor(input: Uint8Array) {
    this.input = input
  }

  get atEnd(): boolean {
    return this.at === this.input.length
  }

  get left(): number {
    return this.input.length - this.at
  }

  peek(size: number): Uint8Array {
    return this.input.subarray(this.at, this.at + size)
  }

  bytes(size: number, what: string): Uint8Array {
    if (this.at + size > this.input.length) {
      throw new TraceFileError('truncated', this.input.length, `truncated trace file: it ends inside ${what}`)
    }
    this.at += size
    return this.input.subarray(this.at - size, this.at)
  }

  /** `lengthAt`: where the size stands, which is as likely to be wrong as the padding. */
  paddedBytes(size: number, what: string, lengthAt: number): Uint8Array {
    const bytes = this.bytes(size + padding(size), what)
    if (bytes.subarray(size).some((byte) => byte !== 0)) {
      throw new TraceFileError('damaged', lengthAt, `damaged trace file: padding after ${what} is not empty`)
    }
    return bytes.subarray(0, size)
  }

  word(what: string): number {
    const bytes = this.bytes(4, what)
    return (bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0
  }

  /** Words where they lie if alignment allows it, else a copy. */
  words(count: number, what: string): Uint32Array {
    const bytes = this.bytes(count * 4, what)
    const place = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
    return new Uint32Array(place.buffer, place.byteOffset, count)
  }
}

function bytesOf(...words: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(words).buffer)
}

function digestBytes(hash: TraceHash): Uint8Array {
  const digest = hash.digest()
  return bytesOf(parseInt(digest.slice(0, 8), 16), parseInt(digest.slice(8), 16))
}

function digestOfHeader(header: Uint8Array): Uint8Array {
  const hash = new TraceHash()
  hash.addString(header.join(','))
  return digestBytes(hash)
}

function padding(size: number): number {
  return (4 - (size % 4)) % 4
}

function padded(bytes: Uint8Array): Uint8Array {
  if (padding(bytes.length) === 0) return bytes
  const whole = new Uint8Array(bytes.length + padding(bytes.length))
  whole.set(bytes)
  return whole
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** The same bytes without what a platform's subclass (Buffer) does differently. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
