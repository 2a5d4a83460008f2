/** For tests: a whole service over the built sandbox, and calls that give results instead of responses. */
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtFolder } from '../../sandbox/testing/built.ts'
import type { Answers, Method, Params, Push, RunStatus } from '../protocol.ts'
import { createService } from '../service.ts'
import type { Service, ServiceOptions } from '../service.ts'

export interface TestHost {
  service: Service
  folder: string
  pushes: RunStatus[]
  rejected: string[]
  call<M extends Method>(method: M, params: Params<M>): Promise<Answers[M]>
  /** Waits for a push about this run that fulfils the condition. */
  until(run: number, condition: (status: RunStatus) => boolean): Promise<RunStatus>
  /** Runs a text to its end. */
  run(text: string, more?: Partial<Params<'run'>>): Promise<RunStatus>
}

export async function startHost(options: Partial<ServiceOptions> = {}): Promise<TestHost> {
  const folder = mkdtempSync(join(tmpdir(), 'ptlab-host-'))
  const rejected: string[] = []
  mkdirSync(join(folder, 'lessons'))
  const service = createService({
    host: 'browser',
    appVersion: '0.0.0',
    sandbox: await builtFolder(),
    lessons: join(folder, 'lessons'),
    data: join(folder, 'data'),
    onRejected: (message) => rejected.push(message),
    ...options,
  })
  const pushes: RunStatus[] = []
  const listeners = new Set<() => void>()
  service.onPush((push: Push) => {
    if (push.push !== 'run') return
    pushes.push(push.data)
    for (const listener of [...listeners]) listener()
  })
  const call = async <M extends Method>(method: M, params: Params<M>): Promise<Answers[M]> => {
    const response = await service.handle({ id: 1, method, params })
    if ('error' in response) throw new Error(response.error.message)
    return response.result as Answers[M]
  }
  const until: TestHost['until'] = (run, condition) =>
    new Promise((resolve) => {
      const look = () => {
        const found = pushes.find((each) => each.run === run && condition(each))
        if (!found) return
        listeners.delete(look)
        resolve(found)
      }
      listeners.add(look)
      look()
    })
  return {
    service,
    folder,
    pushes,
    rejected,
    call,
    until,
    async run(text, more = {}) {
      const { run } = await call('run', { path: 'my/a.ts', text, ...more })
      return until(run, ended)
    },
  }
}

export const ended = (status: RunStatus): boolean => status.state !== 'checking' && status.state !== 'running'
