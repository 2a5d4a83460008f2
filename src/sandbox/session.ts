/** Checker and runner behind one call: from a scenario's text to its trace. */
import type { CheckAnswer, MachineChoice, Problem, RunRequest } from './messages.ts'
import { CheckerClient } from './checkerClient.ts'
import { DEFAULT_LIMITS, Supervisor } from './supervisor.ts'
import type { Limits, RunEnd, RunListener } from './supervisor.ts'

export interface Job {
  /** Folder that imports may not leave. */
  root: string
  /** Name of the scenario inside root. */
  file: string
  text: string
  types: boolean
  choice: MachineChoice
  seed: number | null
  traceLevel: RunRequest['traceLevel']
}

export interface JobListener extends RunListener {
  /** Called once, before anything runs. */
  onChecked(problems: Problem[]): void
}

export type JobEnd = RunEnd | { state: 'rejected'; message: string }

export interface JobHandle {
  stop(message?: string): void
  readonly ended: Promise<JobEnd>
}

export class Session {
  private readonly checker: CheckerClient
  private readonly supervisor: Supervisor

  /** `folder` holds checker.js and runner.js. */
  constructor(folder: string, limits: Limits = DEFAULT_LIMITS) {
    this.checker = new CheckerClient(folder)
    this.supervisor = new Supervisor(`${folder}/runner.js`, limits)
  }

  /** Starts both processes ahead of the first run. */
  prepare(): void {
    this.checker.prepare()
    this.supervisor.prepare()
  }

  check(job: Pick<Job, 'root' | 'file' | 'text' | 'types'>): Promise<CheckAnswer> {
    return this.checker.check(job)
  }

  start(job: Job, listener: JobListener): JobHandle {
    const running = new Running()
    return { stop: (message) => running.stop(message), ended: this.play(job, listener, running) }
  }

  close(): void {
    this.checker.close()
    this.supervisor.close()
  }

  private async play(job: Job, listener: JobListener, running: Running): Promise<JobEnd> {
    this.prepare()
    const answer = await this.check(job)
    if (running.stopped !== null) return { state: 'stopped', message: running.stopped, at: null }
    if (answer.failure !== '') return { state: 'failed', message: answer.failure, at: null }
    listener.onChecked(answer.problems)
    if (!answer.program) return { state: 'rejected', message: rejection(answer.problems) }
    const { choice, seed, traceLevel } = job
    const handle = this.supervisor.start({ program: answer.program, choice, seed, traceLevel }, listener)
    running.onStop = (message) => handle.stop(message)
    return handle.ended
  }
}

/** A stop may come before there is anything to stop. */
class Running {
  stopped: string | null = null
  onStop: ((message: string) => void) | null = null

  stop(message = 'stopped'): void {
    this.stopped ??= message
    this.onStop?.(message)
  }
}

function rejection(problems: readonly Problem[]): string {
  const count = problems.filter((each) => each.severity === 'error').length
  return count === 1 ? '1 error in the scenario' : `${count} errors in the scenario`
}
