/** Trace files on their way through the protocol: .ptl bytes as base64. */
import { decodeTrace, encodeTrace } from '../trace/file.ts'
import type { Trace } from '../trace/trace.ts'
import type { Answers } from './protocol.ts'

export function encodeTraceText(trace: Trace): Answers['exportTrace'] {
  const { arch, scenario } = trace.header
  const name = `${scenario}-${arch}`.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')
  return { name: `${name || 'trace'}.ptl`, data: Buffer.concat([...encodeTrace(trace)]).toString('base64') }
}

/** @throws Error that names the file, what is wrong with it and at which byte. */
export function decodeTraceText(name: string, bytes: Uint8Array): Trace {
  try {
    // A copy of its own: the trace keeps using the memory, and records need their alignment.
    return decodeTrace(new Uint8Array(bytes))
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
