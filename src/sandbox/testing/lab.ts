/** For tests: a session over the built processes, and what a run came to in a form that is easy to look at. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashing } from '../../trace/fixture.ts'
import { KIND, WORDS } from '../../trace/schema.ts'
import type { EndMessage, Problem, RunError, RunnerMessage } from '../messages.ts'
import { Session } from '../session.ts'
import type { Job, JobEnd } from '../session.ts'
import { DEFAULT_LIMITS } from '../supervisor.ts'
import type { Limits } from '../supervisor.ts'
import { builtFolder } from './built.ts'

export interface TestMachine extends EndMessage {
  records: number
  /** Of what was received. */
  identity: ReturnType<typeof hashing>
  strings: string[]
  /** Texts of log(). */
  log: string[]
}

export interface TestRun {
  problems: Problem[]
  planError: RunError | null
  machines: TestMachine[]
  types: RunnerMessage['type'][]
  end: JobEnd
}

export interface TestLab {
  run(text: string, more?: Partial<Job>, stopWhen?: (message: RunnerMessage) => boolean): Promise<TestRun>
  /** A scenario whose run function has this body. */
  scenario(body: string, head?: string, fields?: string): string
  root: string
  close(): void
}

export async function startLab(limits: Partial<Limits> = {}): Promise<TestLab> {
  const root = mkdtempSync(join(tmpdir(), 'ptlab-'))
  const session = new Session(await builtFolder(), { ...DEFAULT_LIMITS, timeoutMs: 60_000, ...limits })
  return {
    root,
    close: () => session.close(),
    scenario: (body, head = '', fields = '') =>
      `import { scenario, MiB } from 'ptlab'; ${head}\nexport default scenario({ title: 't', about: '', ${fields} run({ machine, expect, log, skip, random }) {\n${body}\n} })\n`,
    async run(text, more = {}, stopWhen) {
      const out: TestRun = {
        problems: [],
        planError: null,
        machines: [],
        types: [],
        end: { state: 'finished' },
      }
      const job: Job = {
        root,
        file: 'a.ts',
        text,
        types: false,
        choice: {},
        seed: null,
        traceLevel: 'full',
        ...more,
      }
      const handle = session.start(job, {
        onChecked: (problems) => {
          out.problems = problems
        },
        onMessage: (message, binary) => {
          out.types.push(message.type)
          note(out, message, binary)
          if (stopWhen?.(message)) handle.stop()
        },
      })
      out.end = await handle.ended
      return out
    },
  }
}

function note(out: TestRun, message: RunnerMessage, binary: Uint8Array): void {
  if (message.type === 'plan') out.planError = message.error
  else if (message.type === 'begin') {
    const end: EndMessage = {
      type: 'end',
      machine: message.machine,
      status: 'error',
      reason: '',
      error: null,
      passed: 0,
      failed: 0,
    }
    out.machines[message.machine] = { ...end, ...nothingYet(['']) }
  } else if (message.type === 'chunk') addChunk(out.machines[message.machine], message.strings, binary)
  else if (message.type === 'end')
    Object.assign((out.machines[message.machine] ??= nothingYet([]) as never), message)
}

function nothingYet(strings: string[]): Omit<TestMachine, keyof EndMessage> {
  return { records: 0, identity: hashing(), strings, log: [] }
}

function addChunk(machine: TestMachine, strings: string[], binary: Uint8Array): void {
  const words = new Uint32Array(new Uint8Array(binary).buffer)
  const records = words.length / WORDS
  const place = { firstRecord: machine.records, firstString: machine.strings.length }
  machine.identity.sink({ words, records, strings, ...place })
  machine.records += records
  machine.strings.push(...strings)
  for (let at = 0; at < words.length; at += WORDS) {
    if ((words[at] & 0xff) === KIND.LOG) machine.log.push(machine.strings[words[at + 3]])
  }
}
