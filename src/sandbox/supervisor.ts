/**
 * The host's side of the runner: keeps one started ahead of time, starts runs, ends those that take too long or too
 * much, and turns every way a process can die into a message.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { FrameReader } from './frames.ts'
import { placeOfSite } from './messages.ts'
import type { RunError, RunnerMessage, RunRequest } from './messages.ts'
import { FRAME_FD } from './run/channel.ts'
import { MEMORY_MARK, SITE_MARK } from './run/pulse.ts'
import type { RunnerSettings } from './run/serve.ts'

export interface Limits {
  /** JavaScript heap of the runner, MiB. */
  heapMiB: number
  /** Whole process, bytes. */
  maxBytes: number
  /** Wall-clock limit of a run, ms; 0 for none. */
  timeoutMs: number
  /** What a run may hand over: the host keeps it in memory. */
  maxTraceBytes: number
}

const GIB = 2 ** 30

/** No time limit; never more memory than most of what the machine has. */
export const DEFAULT_LIMITS: Limits = {
  heapMiB: Math.min(2 * GIB, totalmem() / 2) / 2 ** 20,
  maxBytes: Math.min(4 * GIB, 0.75 * totalmem()),
  timeoutMs: 0,
  maxTraceBytes: 1.25 * GIB,
}

export type RunEnd =
  | { state: 'finished' }
  /** `message` is one line for the user; `at` is where the scenario was then, as far as is known. */
  | { state: 'stopped' | 'failed'; message: string; at: RunError['at'] }

export interface RunListener {
  onMessage(message: RunnerMessage, binary: Uint8Array): void
}

export interface RunHandle {
  /** Ends the run at once, whatever it does. */
  stop(message?: string): void
  readonly ended: Promise<RunEnd>
}

type Verdict = Omit<Exclude<RunEnd, { state: 'finished' }>, 'at'>

const MAX_STDERR = 20_000
/** A runner is given up after this many runs, so that no leak lives for ever. */
const MAX_RUNS = 100

export class Supervisor {
  private warm: Runner | null = null
  private readonly active = new Set<Runner>()
  private closed = false
  private readonly script: string
  private readonly limits: Limits

  constructor(script: string, limits: Limits = DEFAULT_LIMITS) {
    this.script = script
    this.limits = limits
  }

  /** Starts a runner ahead of the next run. */
  prepare(): void {
    if (this.closed || this.warm?.alive) return
    this.warm = new Runner(this.script, this.limits)
  }

  start(request: RunRequest, listener: RunListener): RunHandle {
    this.prepare()
    const runner = this.warm
    if (!runner) throw new Error('the sandbox is closed')
    this.warm = null
    this.active.add(runner)
    const ended = runner.run(request, listener).then((end) => {
      this.active.delete(runner)
      this.keep(runner)
      return end
    })
    return { stop: (message = 'stopped') => runner.end({ state: 'stopped', message }), ended }
  }

  close(): void {
    this.closed = true
    for (const runner of this.active) runner.end({ state: 'stopped', message: 'the lab was closed' })
    this.warm?.kill()
    this.warm = null
  }

  /** Keeps a runner that ended well for the next run: its code is compiled already. */
  private keep(runner: Runner): void {
    const reusable = runner.alive && runner.runs < MAX_RUNS && !this.warm?.alive && !this.closed
    if (reusable) this.warm = runner
    else {
      runner.kill()
      this.prepare()
    }
  }
}

/** One child process. */
class Runner {
  alive = true
  private ready = false
  runs = 0
  private readonly child: ChildProcess
  private readonly limits: Limits
  private stderr = ''
  private listener: RunListener | null = null
  private finish: ((end: RunEnd) => void) | null = null
  private timer: NodeJS.Timeout | null = null
  private traceBytes = 0
  /** Why we killed it; null while we did not. */
  private verdict: Verdict | null = null
  private request: RunRequest | null = null
  /** Where the scenario was when it was last heard of. */
  private site = -1

  constructor(script: string, limits: Limits) {
    this.limits = limits
    this.child = spawnRunner(script, limits)
    const reader = new FrameReader((message, binary) => this.receive(message as RunnerMessage, binary))
    const pipe = this.child.stdio[FRAME_FD] as Readable
    pipe.on('data', (bytes: Buffer) => this.read(reader, bytes))
    pipe.on('error', () => undefined)
    this.child.stderr?.on('data', (text: Buffer) => {
      this.hear(text.toString())
    })
    this.child.on('error', (error) =>
      this.over({ state: 'failed', message: `the runner could not be started: ${error.message}` }),
    )
    // 'close' comes after the pipes are read to their end: the trace up to the death is complete.
    this.child.on('close', (code, signal) => this.over(this.verdict ?? this.causeOfDeath(code, signal)))
  }

  run(request: RunRequest, listener: RunListener): Promise<RunEnd> {
    this.runs++
    this.traceBytes = 0
    this.request = request
    this.site = -1
    this.listener = listener
    const ended = new Promise<RunEnd>((resolve) => {
      this.finish = resolve
    })
    if (!this.alive) this.over({ state: 'failed', message: 'the runner ended before the run began' })
    else this.child.send(request)
    if (this.ready) this.startTimer()
    return ended
  }

  /** Kills the process; the run ends with this verdict when its output has been read. */
  end(verdict: Verdict): void {
    if (!this.finish) return
    this.verdict ??= verdict
    this.kill()
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }

  private onReady(): void {
    this.ready = true
    if (this.finish) this.startTimer()
  }

  /** The runner's own start does not count as the scenario's time. */
  private startTimer(): void {
    if (this.limits.timeoutMs > 0) this.timer = setTimeout(() => this.timeOut(), this.limits.timeoutMs)
  }

  private hear(text: string): void {
    this.stderr = (this.stderr + text).slice(-MAX_STDERR)
    const told = this.stderr.lastIndexOf(SITE_MARK)
    if (told >= 0) this.site = Number.parseInt(this.stderr.slice(told + SITE_MARK.length))
  }

  private timeOut(): void {
    const seconds = this.limits.timeoutMs / 1000
    this.end({ state: 'failed', message: `time limit: not finished after ${seconds} s` })
  }

  private read(reader: FrameReader, bytes: Buffer): void {
    if (this.verdict?.state === 'failed') return
    this.traceBytes += bytes.length
    if (this.traceBytes > this.limits.maxTraceBytes) {
      const mib = Math.round(this.limits.maxTraceBytes / 2 ** 20)
      this.end({ state: 'failed', message: `trace limit: more than ${mib} MiB of events recorded` })
    }
    try {
      reader.push(bytes)
    } catch (error) {
      this.end({ state: 'failed', message: `the runner's output could not be read: ${String(error)}` })
    }
  }

  private receive(message: RunnerMessage, binary: Uint8Array): void {
    if (message.type === 'done') this.complete({ state: 'finished' })
    else if (message.type === 'ready') this.onReady()
    else this.listener?.onMessage(message, binary)
  }

  private over(verdict: Verdict): void {
    this.alive = false
    const at = this.request ? placeOfSite(this.request.program, this.site) : null
    this.complete({ ...verdict, at })
  }

  private complete(end: RunEnd): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    const { finish } = this
    this.finish = null
    this.listener = null
    finish?.(end)
  }

  private causeOfDeath(code: number | null, signal: NodeJS.Signals | null): Verdict {
    const { heapMiB, maxBytes } = this.limits
    if (this.stderr.includes(MEMORY_MARK))
      return {
        state: 'failed',
        message: `memory limit: more than ${Math.round(maxBytes / 2 ** 20)} MiB used`,
      }
    if (/heap out of memory|Reached heap limit|invalid table size|Allocation failed/.test(this.stderr)) {
      return {
        state: 'failed',
        message: `memory limit: the scenario's data grew over ${Math.floor(heapMiB)} MiB`,
      }
    }
    const lines = this.stderr.split('\n').filter((line) => /\S/.test(line) && !line.startsWith(SITE_MARK))
    // What was thrown stands before its stack; the last line names the version of Node.
    const telling = lines.find((line) => /^\w*Error\b|^FATAL/.test(line)) ?? lines.at(-1) ?? ''
    const how = signal ? `signal ${signal}` : `exit code ${code}`
    return {
      state: 'failed',
      message: `the runner ended unexpectedly (${how})${telling && `: ${telling.trim()}`}`,
    }
  }
}

function spawnRunner(script: string, limits: Limits): ChildProcess {
  const ses = realpathSync(createRequire(script).resolve('ses'))
  const settings: RunnerSettings = { maxBytes: limits.maxBytes, ses }
  const stdio: ('ignore' | 'pipe' | 'ipc')[] = ['ignore', 'ignore', 'pipe', 'pipe', 'ipc']
  return fork(script, [JSON.stringify(settings)], {
    cwd: dirname(script),
    // Electron's own executable is Node when told so.
    env: process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {},
    execArgv: [
      ...permissionFlags(script, ses),
      '--no-warnings',
      `--max-old-space-size=${Math.floor(limits.heapMiB)}`,
    ],
    serialization: 'advanced',
    stdio,
  })
}

/** May read its own code and SES, write nothing, start nothing but the pulse thread. */
function permissionFlags(script: string, ses: string): string[] {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const flag = major > 23 || (major === 23 && minor >= 5) ? '--permission' : '--experimental-permission'
  const readable = [
    join(dirname(script), '*'),
    ses,
    ...manifests(dirname(script)),
    ...manifests(dirname(ses)),
  ]
  // Node 20 aborts when a path is given twice.
  return [flag, '--allow-worker', ...[...new Set(readable)].map((path) => `--allow-fs-read=${path}`)]
}

/** Where Node looks for the package.json that a file belongs to. */
function manifests(folder: string): string[] {
  const above = dirname(folder)
  return [join(folder, 'package.json'), ...(above === folder ? [] : manifests(above))]
}
