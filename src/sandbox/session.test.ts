import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EndMessage, Problem, RunnerMessage } from './messages.ts'
import { DEFAULT_LIMITS } from './supervisor.ts'
import { Session } from './session.ts'
import type { Job, JobEnd } from './session.ts'
import { builtFolder } from './testing/built.ts'

const root = mkdtempSync(join(tmpdir(), 'ptlab-session-'))
let session: Session

beforeAll(async () => {
  session = new Session(await builtFolder(), {
    ...DEFAULT_LIMITS,
    heapMiB: 256,
    maxBytes: 700 << 20,
    timeoutMs: 20_000,
  })
})
afterAll(() => session.close())

interface Outcome {
  problems: Problem[]
  messages: RunnerMessage[]
  ends: EndMessage[]
  end: JobEnd
}

async function run(
  text: string,
  more: Partial<Job> = {},
  stopWhen?: (message: RunnerMessage) => boolean,
): Promise<Outcome> {
  const out: Outcome = { problems: [], messages: [], ends: [], end: { state: 'finished' } }
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
    onMessage: (message) => {
      out.messages.push(message)
      if (message.type === 'end') out.ends.push(message)
      if (stopWhen?.(message)) handle.stop()
    },
  })
  out.end = await handle.ended
  return out
}

const scenario = (body: string, head = '', machines = '') =>
  `import { scenario, MiB } from 'ptlab'\n${head}\nexport default scenario({ title: 't', about: '', ${machines} run({ machine, expect, log, skip, random }) {\n${body}\n} })\n`

describe('a run', () => {
  it('goes from text to trace', async () => {
    const { messages, ends, end } = await run(
      scenario("const p = machine.spawn('a')\np.write(p.mmap({ length: MiB(1) }))\nexpect(1).toBe(1)"),
    )
    expect(end).toEqual({ state: 'finished' })
    console.log(JSON.stringify(messages[0]))
    expect(messages.map((each) => each.type)).toEqual(['plan', 'begin', 'chunk', 'end'])
    expect(ends[0]).toMatchObject({ status: 'passed', passed: 1, failed: 0 })
  })

  it('places a thrown error in the source, behind marked calls too', async () => {
    const { ends } = await run(
      scenario('  const f = (n: number) => Number(n); f(1); const x = f(2); throw new RangeError(`no ${x}`)'),
    )
    expect(ends[0].error).toEqual({
      message: 'RangeError: no 2',
      at: { file: 'a.ts', line: 4, column: 67 },
      internal: false,
    })
  })
})
