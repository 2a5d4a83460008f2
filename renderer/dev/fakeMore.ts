/** Made-up answers about /proc, costs and CPUs. */
import type { Answers, Params } from '../../src/host/protocol.ts'

export function procAt({ k, pid, file }: Params<'proc'>): Answers['proc'] {
  const line = (text: string, mark: ' ' | '~' = ' ', was = '') => ({ text, mark, was })
  return {
    k,
    pid: pid || 1,
    file,
    processes: [{ pid: 1, name: 'parent' }],
    lines: [
      line('VmSize:\t      16 kB'),
      line(`VmRSS:\t${String(k).padStart(8)} kB`, '~', 'VmRSS:\t       0 kB'),
    ],
    left: 0,
  }
}

export function costsAt({ k }: Params<'costs'>): Answers['costs'] {
  const row = (id: string, what: string, events: number, ns: number) => ({
    id,
    what,
    counted: true,
    ns,
    nsPerUnit: 0,
    unit: '',
    source: 'assumption',
    by: 'documented' as const,
    events,
    units: 0,
    total: events * ns,
    byCpu: [events * ns, 0],
  })
  const rows = [
    row('fault', 'exception entry and exit', k, 500),
    row('ipi', 'interprocessor interrupt', 1, 1500),
  ]
  return { k, rows, total: k * 500 + 1500, byCpu: [k * 500 + 1500, 0], formulas: [] }
}

export const LANES: Answers['lanes'] = {
  stride: 1,
  cpus: [
    [0, 1, 20, 2, 40, 4, 60, 16],
    [61, 8, 90, 32],
  ],
  arrows: [{ k: 60, kind: 'ipi', from: 0, to: 1, done: 61 }],
  arrowsInAll: 1,
}

export const SHOOTDOWNS: Answers['shootdowns'] = {
  total: 1,
  rows: [
    {
      k: 60,
      sender: 0,
      mm: 1,
      call: 'parent.munmap(0x2000001c0000, 4096)',
      line: 12,
      what: '1 page of tag 1',
      targets: [{ cpu: 1, kind: 'ipi', done: 61 }],
    },
  ],
}

export const CHOICES: Answers['choices'] = {
  kernels: [{ version: '6.12', recorded: '6.12', note: '', chosen: { accounting: 'pgtables_bytes_folded' } }],
  named: [],
  seams: [
    {
      id: 'accounting',
      title: 'accounting',
      about: 'How page tables are counted.',
      source: 'include/linux/mm.h',
      alternatives: [{ id: 'pgtables_bytes_folded', label: 'A5', used: '4.20 and later.', risk: '' }],
    },
  ],
  filter: {
    keys: { level: 'level of the table' },
    names: ['tlb_flush'],
    contexts: ['task'],
    levels: ['pte'],
  },
  procFiles: [{ file: 'status', ofProcess: true, about: 'memory lines' }],
}
