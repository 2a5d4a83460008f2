/**
 * A second thread of the runner that goes on while the scenario keeps the first one busy. Ten times a second it
 * - raises a shared word, at which the next API call or loop iteration hands over the trace so far;
 * - tells the host at which place of its source the scenario is, so that a run that has to be ended can say where;
 * - ends the process when it takes more memory than allowed (the heap limit does not see typed arrays);
 * - ends the process when the host is gone, so that no scenario runs on unseen.
 */
import { Worker } from 'node:worker_threads'

/** Lines on stderr that the supervisor understands. */
export const MEMORY_MARK = 'ptlab: memory limit'
export const SITE_MARK = 'ptlab: site '

const PERIOD_MS = 100
const DUE = 0
const SITE = 1
const NOWHERE = -1

const SOURCE = `
const { workerData } = require('node:worker_threads')
const { writeSync } = require('node:fs')
const words = new Int32Array(workerData.shared)
const parent = process.ppid
let told = ${NOWHERE}
const end = () => process.kill(process.pid, 'SIGKILL')
setInterval(() => {
  const site = Atomics.load(words, ${SITE})
  if (site !== told) writeSync(2, '${SITE_MARK}' + (told = site) + '\\n')
  Atomics.store(words, ${DUE}, 1)
  if (process.ppid !== parent) end()
  if (process.memoryUsage.rss() > workerData.maxBytes) {
    writeSync(2, '${MEMORY_MARK}\\n')
    end()
  }
}, ${PERIOD_MS})
`

export class Pulse {
  private readonly words = new Int32Array(new SharedArrayBuffer(8))

  constructor(maxBytes: number) {
    this.site = NOWHERE
    const worker = new Worker(SOURCE, {
      eval: true,
      env: {},
      workerData: { shared: this.words.buffer, maxBytes },
    })
    worker.unref()
  }

  /** Number of the call site or loop that was passed last; -1 outside of scenarios. */
  get site(): number {
    return this.words[SITE]
  }

  set site(site: number) {
    this.words[SITE] = site
  }

  /** Whether the word was raised since the last call; lowers it. */
  due(): boolean {
    // Atomic: a plain read could be moved out of an endless loop.
    if (Atomics.load(this.words, DUE) === 0) return false
    Atomics.store(this.words, DUE, 0)
    return true
  }
}
