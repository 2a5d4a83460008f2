/**
 * A second thread of the runner that goes on while the scenario keeps the first one busy. It
 * - raises a shared word ten times a second, at which the next API call or loop iteration hands over the trace so far;
 * - ends the process when it takes more memory than allowed (the heap limit does not see typed arrays);
 * - ends the process when the host is gone, so that no scenario runs on unseen.
 */
import { Worker } from 'node:worker_threads'

/** Written to stderr before the process ends itself; the supervisor turns it into a message. */
export const MEMORY_MARK = 'ptlab: memory limit'

const PERIOD_MS = 100

const SOURCE = `
const { workerData } = require('node:worker_threads')
const { writeSync } = require('node:fs')
const word = new Int32Array(workerData.shared)
const parent = process.ppid
const end = () => process.kill(process.pid, 'SIGKILL')
setInterval(() => {
  Atomics.store(word, 0, 1)
  if (process.ppid !== parent) end()
  if (process.memoryUsage.rss() > workerData.maxBytes) {
    writeSync(2, workerData.mark + '\\n')
    end()
  }
}, workerData.period)
`

export interface Pulse {
  /** Whether the word was raised since the last call; lowers it. */
  due(): boolean
}

export function startPulse(maxBytes: number): Pulse {
  const shared = new SharedArrayBuffer(4)
  const word = new Int32Array(shared)
  const worker = new Worker(SOURCE, {
    eval: true,
    env: {},
    workerData: { shared, maxBytes, mark: MEMORY_MARK, period: PERIOD_MS },
  })
  worker.unref()
  const { load, store } = Atomics
  return {
    due() {
      if (load(word, 0) === 0) return false
      store(word, 0, 0)
      return true
    },
  }
}
