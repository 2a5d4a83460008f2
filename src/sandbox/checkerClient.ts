/** The host's side of the checker process: questions in, answers out, a new process when one dies or hangs. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { CheckAnswer, CheckRequest } from './messages.ts'

/** Types can be written that keep the compiler busy for ever. */
const TIMEOUT_MS = 30_000
const HEAP_MIB = 1024

interface Waiting {
  resolve(answer: CheckAnswer): void
  timer: NodeJS.Timeout
}

export class CheckerClient {
  private child: ChildProcess | null = null
  private readonly waiting = new Map<number, Waiting>()
  private nextId = 1
  private readonly script: string

  constructor(folder: string) {
    this.script = `${folder}/checker.js`
  }

  prepare(): void {
    if (this.child) return
    const child = fork(this.script, [], {
      env: process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {},
      execArgv: ['--no-warnings', `--max-old-space-size=${HEAP_MIB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.child = child
    child.on('message', (answer: CheckAnswer) => this.settle(answer))
    child.on('error', (error) => this.lost(child, `the checker could not be started: ${error.message}`))
    child.on('exit', (code, signal) =>
      this.lost(child, `the checker ended unexpectedly (${signal ?? `exit code ${code}`})`),
    )
  }

  /** Never rejects: what goes wrong with the checker itself is the answer's `failure`. */
  check(question: Omit<CheckRequest, 'id'>): Promise<CheckAnswer> {
    this.prepare()
    const id = this.nextId++
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.giveUp(id), TIMEOUT_MS)
      this.waiting.set(id, { resolve, timer })
      this.child?.send({ id, ...question })
    })
  }

  close(): void {
    const { child } = this
    this.child = null
    child?.kill('SIGKILL')
    this.failAll('the lab was closed')
  }

  private settle(answer: CheckAnswer): void {
    const waiting = this.waiting.get(answer.id)
    if (!waiting) return
    this.waiting.delete(answer.id)
    clearTimeout(waiting.timer)
    waiting.resolve(answer)
  }

  private giveUp(id: number): void {
    this.settle(failed(id, `checking took longer than ${TIMEOUT_MS / 1000} s and was given up`))
    const { child } = this
    this.child = null
    child?.kill('SIGKILL')
    this.failAll('the checker was restarted')
  }

  private lost(child: ChildProcess, message: string): void {
    if (this.child !== child) return
    this.child = null
    this.failAll(message)
  }

  private failAll(message: string): void {
    for (const id of [...this.waiting.keys()]) this.settle(failed(id, message))
  }
}

function failed(id: number, failure: string): CheckAnswer {
  return { id, problems: [], program: null, failure }
}
