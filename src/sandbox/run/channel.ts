/** The runner's end of the pipe to the host. */
import { writeSync } from 'node:fs'
import { encodeFrame } from '../frames.ts'
import type { RunnerMessage } from '../messages.ts'

/** File descriptor that the supervisor opens for frames. */
export const FRAME_FD = 3

/** Writes a whole frame; blocks while the host has not read what came before. */
export function send(message: RunnerMessage, binary?: Uint8Array): void {
  for (const part of encodeFrame(message, binary)) writeAll(part)
}

const never = new Int32Array(new SharedArrayBuffer(4))
const { wait } = Atomics

function writeAll(bytes: Uint8Array): void {
  let at = 0
  while (at < bytes.length) {
    try {
      at += writeSync(FRAME_FD, bytes, at)
    } catch (error) {
      // Some systems make the pipe non-blocking.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      wait(never, 0, 0, 1)
    }
  }
}
