/** Runs scenario files without a UI: for the command line and for tests. */
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { DEFAULT_LIMITS } from '../sandbox/supervisor.ts'
import type { Limits } from '../sandbox/supervisor.ts'
import { Session } from '../sandbox/session.ts'
import type { Job } from '../sandbox/session.ts'
import { sandboxFolder } from './folders.ts'
import { LiveRun } from './liveRun.ts'

export { tuneEngine } from '../sandbox/engine.ts'

export interface ScenarioFile {
  path: string
  /** Folder that imports may not leave. */
  root: string
  /** Name inside root, with forward slashes. */
  name: string
}

export type HeadlessOptions = Pick<Job, 'types' | 'choice' | 'seed' | 'traceLevel'>

export class Headless {
  private readonly session: Session

  constructor(limits: Partial<Limits> = {}, folder = sandboxFolder()) {
    this.session = new Session(folder, { ...DEFAULT_LIMITS, ...limits })
    this.session.prepare()
  }

  /** Reads and runs one file. Throws when it cannot be read. */
  async run(
    file: ScenarioFile,
    options: HeadlessOptions,
    onState: (live: LiveRun) => void = () => undefined,
  ): Promise<LiveRun> {
    const live = new LiveRun()
    const text = readFileSync(file.path, 'utf8')
    const job: Job = { root: file.root, file: file.name, text, ...options }
    live.onChange = (what) => {
      if (what === 'state') onState(live)
    }
    live.finish(await this.session.start(job, live).ended)
    return live
  }

  close(): void {
    this.session.close()
  }
}

export function scenarioFile(path: string, root = dirname(path)): ScenarioFile {
  return {
    path,
    root,
    name: root === dirname(path) ? basename(path) : path.slice(root.length + 1).replaceAll('\\', '/'),
  }
}
