/** Trace files on their way through the protocol: .ptl bytes as base64. */
import { encodeTrace, salvageTrace } from '../trace/file.ts'
import type { Trace } from '../trace/trace.ts'
import type { Answers } from './protocol.ts'

export function encodeTraceText(trace: Trace): Answers['exportTrace'] {
  const { arch, scenario } = trace.header
  const name = `${scenario}-${arch}`.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')
  return { name: `${name || 'trace'}.ptl`, data: Buffer.concat([...encodeTrace(trace)]).toString('base64') }
}

/** A trace read from a file, and in one sentence what of the file could not be read ('' when all of it could). */
export interface ReadTrace {
  trace: Trace
  notice: string
}

/** @throws Error that names the file, what is wrong with it and at which byte, when nothing of it can be read. */
export function decodeTraceText(name: string, bytes: Uint8Array): ReadTrace {
  try {
    // A copy of its own: the trace keeps using the memory, and records need their alignment.
    const { trace, broken } = salvageTrace(new Uint8Array(bytes))
    if (broken === null) return { trace, notice: '' }
    if (trace.length === 0) throw broken
    const events = `${trace.events.toLocaleString('en-US')} events before that are shown`
    return { trace, notice: `${name}: ${broken.message}. The ${events}; what came after is lost.` }
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
