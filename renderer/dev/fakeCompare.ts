/** Made-up answers about machines side by side: two that do the same, and a matrix of one cell. */
import type { CompareAnswers } from '../../src/host/protocolCompare.ts'

const NUMBERS = {
  hidden: 0,
  tableBytes: 0,
  known: 0,
  tables: 0,
  rss: 0,
  faults: 0,
  flushes: 0,
  ipis: 0,
  events: 0,
  time: 0,
}
const MACHINE = {
  events: 1,
  calls: 1,
  hash: '',
  passed: 0,
  failed: 0,
  dmesg: [],
  last: NUMBERS,
  peak: null,
  atWorst: NUMBERS,
  costs: [],
  counts: [],
}
const TITLE = { arch: 'x86-64-4level', status: 'passed', reason: '' }

export const FAKE_COMPARE: { [M in keyof CompareAnswers]: () => CompareAnswers[M] } = {
  compareSummary: () => ({
    rows: 0,
    differing: 0,
    worst: null,
    machines: [MACHINE, MACHINE],
    metrics: [{ id: 'hidden', title: 'hidden', unit: 'bytes' }],
    titles: [
      { ...TITLE, machine: 0, title: '6.12', kernel: '6.12' },
      { ...TITLE, machine: 1, title: '6.1', kernel: '6.1' },
    ],
    missing: [],
  }),
  compareRows: () => ({ total: 0, rows: [] }),
  compareStep: () => ({
    row: -1,
    call: null,
    process: null,
    processes: [],
    k: [-1, -1],
    mm: [0, 0],
    time: [0, 0],
    fields: [],
    machine: [],
    levels: [],
    bytes: [null, null],
    events: [],
    costs: [],
  }),
  compareDivergence: () => null,
  compareChart: () => ({ metric: 'hidden', unit: 'bytes', rows: [], values: [[], []] }),
  compareTables: () => ({ total: 0, differing: 0, rows: [], cut: false }),
  matrixSeams: () => [
    {
      id: 'accounting',
      title: 'Who counts',
      path: 'lessons/a.ts',
      alternatives: [{ id: 'a', label: 'A', used: '', risk: '', kernel: '6.12' }],
    },
  ],
  matrixRows: () => [],
}
