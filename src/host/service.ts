/**
 * The whole backend behind the protocol, whatever carries the messages: `handle` takes a raw message from the UI and
 * answers it, `onPush` tells what the host says unasked.
 */
import { findVariant } from '../arch/index.ts'
import { DECLARATIONS_FILE, declarations } from '../sandbox/check/declarations.ts'
import { Session } from '../sandbox/session.ts'
import { DEFAULT_LIMITS } from '../sandbox/supervisor.ts'
import type { Limits } from '../sandbox/supervisor.ts'
import { archPage, archRows, stubRows } from './arches.ts'
import { choices } from './choices.ts'
import { compareHandlers } from './compareHandlers.ts'
import { Library } from './library.ts'
import { matrixHandlers } from './matrix/handlers.ts'
import { parseRequest, PROTOCOL_VERSION } from './protocol.ts'
import type { Answers, Method, Params, Push, Response } from './protocol.ts'
import { Runs } from './runs.ts'
import { decodeTraceText, encodeTraceText } from './traceText.ts'
import { Workspace } from './workspace.ts'

export interface ServiceOptions {
  host: Answers['hello']['host']
  appVersion: string
  /** Folder of checker.js and runner.js. */
  sandbox: string
  /** Folder of the lessons. */
  lessons: string
  /** Folder for the user's scenarios and the workspace. */
  data: string
  limits?: Partial<Limits>
  /** The host's own dialog for opening a trace: the file's name and bytes, or null when the user gave up. */
  chooseTrace?: () => Promise<{ name: string; bytes: Uint8Array } | null>
  /** Told about every message that is not answered: one line. */
  onRejected?: (message: string) => void
}

type Handlers = { [M in Method]: (params: Params<M>) => Answers[M] | Promise<Answers[M]> }

export interface Service {
  handle(raw: unknown): Promise<Response>
  onPush(listener: (push: Push) => void): () => void
  /** Starts the sandbox's processes ahead of the first run. */
  prepare(): void
  close(): void
}

export function createService(options: ServiceOptions): Service {
  const listeners = new Set<(push: Push) => void>()
  const push = (message: Push) => listeners.forEach((listener) => listener(message))
  const session = new Session(options.sandbox, { ...DEFAULT_LIMITS, ...options.limits })
  const runs = new Runs(session, (data) => push({ push: 'run', data }))
  const handlers = createHandlers(options, runs, session)
  return {
    handle: (raw) => handle(handlers, raw, options.onRejected ?? (() => undefined)),
    onPush(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    prepare: () => session.prepare(),
    close() {
      runs.closeAll()
      session.close()
    },
  }
}

async function handle(
  handlers: Handlers,
  raw: unknown,
  onRejected: (message: string) => void,
): Promise<Response> {
  const request = parseRequest(raw)
  if (!request.ok) {
    onRejected(request.message)
    return { id: request.id, error: { message: request.message } }
  }
  try {
    // The params were checked against this very method's schema.
    const handler = handlers[request.method] as (params: unknown) => unknown
    return { id: request.id, result: await handler(request.params) }
  } catch (error) {
    return { id: request.id, error: { message: error instanceof Error ? error.message : String(error) } }
  }
}

function createHandlers(options: ServiceOptions, runs: Runs, session: Session): Handlers {
  const library = new Library(options.lessons, `${options.data}/scenarios`)
  const workspace = new Workspace(`${options.data}/workspace.json`)
  const { host, appVersion } = options
  return {
    hello: () => ({ version: PROTOCOL_VERSION, host, appVersion, workspace: workspace.read() }),
    gallery: () => library.gallery(),
    readScenario: ({ path }) => library.read(path),
    saveScenario: ({ path, text }) => library.save(path, text),
    deleteScenario: ({ path }) => library.delete(path),
    types: () => [{ name: DECLARATIONS_FILE, text: declarations() }],
    arches: () => [...archRows(), ...stubRows()],
    choices: () => choices(),
    archDetails: ({ id }) => archPage(id),
    saveWorkspace: ({ workspace: text }) => workspace.write(text),
    run({ path, text, machines, vary }) {
      for (const machine of machines ?? []) if (machine.arch !== undefined) findVariant(machine.arch)
      for (const arch of vary?.archs ?? []) findVariant(arch)
      const choice = { ...(machines ? { machines } : {}), ...(vary ? { vary } : {}) }
      return { run: runs.start(path, library.place(path), text, choice) }
    },
    stop({ run }) {
      runs.stop(run)
      return {}
    },
    closeRun({ run }) {
      runs.close(run)
      return {}
    },
    async openTrace({ name, data }) {
      const chosen =
        data === '' ? await options.chooseTrace?.() : { name, bytes: Buffer.from(data, 'base64') }
      if (!chosen) throw new Error('no trace file was chosen')
      const { trace, notice } = decodeTraceText(chosen.name, chosen.bytes)
      return runs.open(chosen.name, trace, notice)
    },
    setCosts({ costs }) {
      runs.setCosts(costs)
      return {}
    },
    exportTrace: ({ run, machine }) => encodeTraceText(runs.query(run, machine).trace),
    ...queryHandlers(runs),
    ...compareHandlers(runs),
    ...matrixHandlers(session, options.lessons),
  }
}

type Queries = Pick<
  Handlers,
  | 'state'
  | 'tables'
  | 'table'
  | 'entry'
  | 'walk'
  | 'events'
  | 'costs'
  | 'layout'
  | 'lanes'
  | 'shootdowns'
  | 'shootdownAt'
  | 'open'
  | 'proc'
  | 'locate'
  | 'ops'
  | 'counters'
  | 'step'
  | 'atLine'
  | 'results'
>

function queryHandlers(runs: Runs): Queries {
  const of = ({ run, machine }: { run: number; machine: number }) => runs.query(run, machine)
  return {
    state: (params) => of(params).state(params.k),
    tables: (params) => of(params).tables(params.k, params.mm),
    table: (params) => of(params).table(params.k, params.id),
    entry: (params) => of(params).entry(params.k, params.id, params.index),
    walk: (params) => of(params).walk(params.k, params.mm, params.va),
    events: (params) => of(params).events(params.from, params.count, params.filter),
    lanes: (params) => of(params).lanes(),
    shootdowns: (params) => of(params).shootdowns(params.from, params.count),
    shootdownAt: (params) => of(params).shootdownAt(params.k),
    open: (params) => of(params).open(params.k),
    costs: (params) => of(params).costsAt(params.k),
    layout: (params) => of(params).layout(params.k),
    proc: (params) => of(params).proc(params.k, params.pid, params.file, params.since),
    locate: (params) => of(params).locate(params.k, params.filter),
    ops: (params) => of(params).ops(params.from, params.count),
    counters: (params) => of(params).counters(params.points),
    step: (params) => of(params).step(params.k, params.by, params.direction),
    atLine: (params) => of(params).atLine(params.line),
    results: (params) => of(params).results(),
  }
}
