/** Answers like a host, from a made-up run. For development and tests; never part of what ships. */
import type { Answers, Link, Method, Params, Push, RunStatus } from '../../src/host/protocol.ts'
import { createPushes } from '../link/rpc.ts'
import { CHOICES, costsAt, LANES, procAt, SHOOTDOWNS } from './fakeMore.ts'
import { FAKE_COMPARE } from './fakeCompare.ts'
import { calls, entryAt, events, tableAt, tablesAt, walkAt } from './fakeRun.ts'
import { countersAt, stateAt } from './fakeState.ts'
import { FAKE_ARCHES, FAKE_GALLERY, FAKE_SOURCE, FAKE_TYPES } from './fakeTexts.ts'

type Handlers = { [M in Method]: (params: Params<M>) => Answers[M] }

function matching(filter: string): { rows: typeof events; error: string } {
  const [key, value] = filter.trim().split(':')
  if (filter.trim() === '') return { rows: events, error: '' }
  if (value === undefined)
    return { rows: [], error: `"${filter}" is no filter. Write key:value, e.g. level:pte.` }
  return {
    rows: events.filter((row) =>
      String(row[key as keyof typeof row] ?? '').startsWith(value.replace('*', '')),
    ),
    error: '',
  }
}

function statusOf(run: number, path: string, state: RunStatus['state']): RunStatus {
  const done = state === 'finished'
  const machine = (index: number, title: string) => ({
    machine: index,
    title,
    arch: 'x86-64-4level',
    kernel: '6.12',
    cpus: 2,
    pageSize: 4096,
    status: done ? ('passed' as const) : ('running' as const),
    reason: '',
    events: done ? events.length : 90,
    last: done ? events.length - 1 : 89,
    passed: done ? 2 : 0,
    failed: 0,
  })
  const broken = path.includes('broken')
  return {
    run,
    path,
    state: broken ? 'failed' : state,
    message: broken ? 'The scenario does not compile.' : '',
    diagnostics: broken
      ? [
          {
            file: path,
            line: 3,
            column: 3,
            endLine: 3,
            endColumn: 9,
            severity: 'error',
            message: 'Property "titel" does not exist.',
          },
        ]
      : [],
    machines: broken ? [] : [machine(0, 'x86-64 · 6.12'), machine(1, 'x86-64 · 6.1')],
    milliseconds: 12,
  }
}

const QUERIES: Pick<
  Handlers,
  | 'state'
  | 'tables'
  | 'table'
  | 'entry'
  | 'walk'
  | 'events'
  | 'locate'
  | 'ops'
  | 'counters'
  | 'proc'
  | 'costs'
  | 'layout'
  | 'lanes'
  | 'shootdowns'
  | 'shootdownAt'
  | 'open'
  | 'step'
  | 'atLine'
  | 'results'
> = {
  state: ({ k }) => stateAt(k),
  tables: ({ k, mm }) => tablesAt(k, mm),
  table: ({ k, id }) => tableAt(k, id),
  entry: ({ k, id, index }) => entryAt(k, id, index),
  walk: ({ k, mm, va }) => walkAt(k, mm, va),
  events: ({ from, count, filter }) => {
    const { rows, error } = matching(filter)
    return { total: rows.length, rows: rows.slice(from, from + count), error }
  },
  locate: ({ k, filter }) => ({ position: matching(filter).rows.findLastIndex((row) => row.k <= k) }),
  ops: ({ from, count }) => ({ total: calls.length, rows: calls.slice(from, from + count) }),
  counters: ({ points }) => countersAt(points),
  proc: procAt,
  costs: costsAt,
  layout: () => null,
  lanes: () => LANES,
  shootdowns: () => SHOOTDOWNS,
  shootdownAt: ({ k }) => ({ position: k >= 60 ? 0 : -1 }),
  open: ({ k }) => ({ k, pending: [], open: [] }),
  step: ({ k, by, direction }) => ({ k: stepFrom(k, by, direction) }),
  atLine: ({ line }) => {
    const rows = calls.filter((row) => row.line === line)
    return { first: rows[0]?.first ?? -1, last: rows.at(-1)?.last ?? -1 }
  },
  results: () => ({
    summary: {
      events: events.length,
      ops: calls.length,
      hash: '6f0c11aa22bb91ab',
      mms: [],
      expectations: { passed: 2, failed: 1 },
      faults: 67,
      bytes: 9000,
    },
    expectations: [
      { k: 100, pass: true, text: 'expect(66).toBe(66)', line: 10, column: 5 },
      { k: 240, pass: false, text: 'expect(16949).toBe(17152): received 16949', line: 14, column: 5 },
      { k: 241, pass: true, text: 'expect(2).toBeGreaterThan(1)', line: 15, column: 5 },
    ],
    console: [{ k: 100, line: 9, severity: 6, text: 'touched 66 pages' }],
    dmesg: [{ k: 200, line: 0, severity: 2, text: 'BUG: non-zero pgtables_bytes on freeing mm: 4096' }],
    charts: [
      {
        name: 'page tables hidden, KiB',
        points: Array.from({ length: 60 }, (_, i) => [i, i * 4 + (i % 7)] as [number, number]),
      },
    ],
  }),
}

export function fakeLink(): Link {
  const pushes = createPushes()
  const files = new Map<string, string>(FAKE_GALLERY.map((item) => [item.path, FAKE_SOURCE]))
  const own = new Set<string>(FAKE_GALLERY.filter((item) => item.own).map((item) => item.path))
  let runs = 0

  const handlers: Handlers = {
    ...QUERIES,
    hello: () => ({
      version: 1,
      host: 'browser',
      appVersion: '0.1.0',
      workspace: localStorage.getItem('fake-workspace') ?? '',
    }),
    gallery: () => [
      ...FAKE_GALLERY.filter((item) => !item.own),
      ...[...own].map((path) => ({ path, title: path, group: '', minutes: 0, about: '', own: true })),
    ],
    readScenario: ({ path }) => ({ path, text: files.get(path) ?? '', own: own.has(path) }),
    saveScenario: ({ path, text }) => {
      files.set(path, text)
      own.add(path)
      return { path }
    },
    deleteScenario: ({ path }) => {
      own.delete(path)
      return {}
    },
    types: () => FAKE_TYPES,
    arches: () => FAKE_ARCHES,
    choices: () => CHOICES,
    ...FAKE_COMPARE,
    archDetails: ({ id }) => ({ id, title: id, sections: [] }),
    run: ({ path }) => {
      const run = ++runs
      const say = (state: RunStatus['state']): void =>
        pushes.emit({ push: 'run', data: statusOf(run, path, state) } satisfies Push)
      say('checking')
      setTimeout(() => say('running'), 20)
      setTimeout(() => say('finished'), 60)
      return { run }
    },
    stop: () => ({}),
    closeRun: () => ({}),
    setCosts: () => ({}),
    exportTrace: () => ({ name: 'fake.ptl', data: btoa('fake') }),
    openTrace: ({ name }) => statusOf(++runs, name, 'finished'),
    saveWorkspace: ({ workspace }) => {
      localStorage.setItem('fake-workspace', workspace)
      return {}
    },
  }

  return {
    call: async (method, params) => structuredClone(handlers[method](params)),
    onPush: (listener) => pushes.add(listener),
  }
}

function stepFrom(k: number, by: 'event' | 'op' | 'line', direction: 1 | -1): number {
  if (by === 'event') return k + direction
  if (direction === 1) return calls.find((row) => row.last > k)?.last ?? events.length - 1
  return calls.findLast((row) => row.last < k)?.last ?? -1
}
