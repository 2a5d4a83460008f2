/**
 * Record files as bytes: plain or gzipped JSON. Web standards only, so that it works in every host.
 */
import { RecordError } from './errors.ts'

/** Enough for every record there is, and too little for a decompression bomb. */
const MAX_BYTES = 256 * 1024 * 1024

/** The JSON value in a record file. @throws RecordError naming `file` and the offset of the damage. */
export async function parseBytes(file: string, bytes: Uint8Array): Promise<unknown> {
  if (bytes.length === 0) throw new RecordError(`${file}: the file is empty`)
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  const plain = packed ? await gunzip(file, bytes) : bytes
  return parseJson(file, decode(file, plain))
}

async function gunzip(file: string, bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'))
  const reader = stream.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value)
      length += part.value.length
      if (length > MAX_BYTES) break
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RecordError(
      `${file}: damaged or truncated gzip data after ${length} bytes of text (${bytes.length} bytes of file): ${reason}`,
      { cause: error },
    )
  }
  if (length > MAX_BYTES) throw new RecordError(`${file}: more than ${MAX_BYTES} bytes of text; no record is that large`)
  return joined(parts, length)
}

function joined(parts: Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new RecordError(`${file}: not text (first bytes ${hexOf(bytes)}); a record is JSON, plain or gzipped`, {
      cause: error,
    })
  }
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RecordError(`${file}: not JSON at offset ${offsetIn(reason, text)}: ${reason}`, { cause: error })
  }
}

/** JSON.parse names a position except at the end of the text. */
function offsetIn(reason: string, text: string): number {
  const named = /position (\d+)/.exec(reason)
  return named === null ? text.length : Number(named[1])
}
