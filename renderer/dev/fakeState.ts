/** States and counters of the made-up run. */
import type { CpuView, MmView, StateView } from '../../src/trace/views.ts'
import { BASE, copied, events, firstWrite, forked, hex, tablesAt, touched } from './fakeRun.ts'

function mmAt(k: number, id: number): MmView {
  const tables = tablesAt(k, id)
  const bytes = tables.length * 4096
  const field = (name: string, value: string, change: string | null = null): MmView['fields'][number] => ({
    name,
    value,
    change,
    unit: 'count',
    doc: `${name}, include/linux/mm_types.h 6.12`,
  })
  const faulting = events[k]?.name === 'set_entry'
  return {
    id,
    process: id === 1 ? 'parent' : 'child',
    pid: id,
    alive: true,
    fields: [
      field('mm_users', '1'),
      field('mm_count', '1'),
      field('map_count', k > 5 ? '1' : '0'),
      field('total_vm', k > 5 ? '66' : '0'),
      field('pgtables_bytes', String(bytes)),
      field('rss_anon', String(touched(k)), faulting ? '+1' : null),
      field('context.tlb_gen', k >= forked ? '2' : '1', k === forked + 1 ? '+1' : null),
      field('mmap_base', '0x7ffff7fff000'),
      field('pgd', '0x41c0'),
    ],
    vmas:
      k > 5
        ? [
            {
              id: 1,
              start: hex(BASE),
              end: hex(BASE + 66n * 4096n),
              perms: 'rw-p',
              offset: '0x0',
              flags: 'rd wr mr mw me ac',
              name: '',
              anonVma: k >= firstWrite,
            },
            {
              id: 2,
              start: '0x7ffff7fdd000',
              end: '0x7ffff7fff000',
              perms: 'r-xp',
              offset: '0x0',
              flags: 'rd ex mr mw me',
              name: '[vdso]',
              anonVma: false,
            },
          ]
        : [],
    tables: {
      perLevel: (['pgd', 'pud', 'pmd', 'pte'] as const).map((level) => ({
        level,
        tables: tables.filter((one) => one.level === level).length,
        bytes: tables.filter((one) => one.level === level).length * 4096,
      })),
      deposited: 0,
      bytes,
      countedBytes: Math.max(0, bytes - 4096),
    },
  }
}

function cpuAt(k: number, id: number): CpuView {
  const n = id === 0 ? touched(k) : 0
  const entries = Array.from({ length: n }, (_, i) => ({
    slot: i,
    va: hex(BASE + BigInt(n - 1 - i) * 4096n),
    pages: 1,
    tag: 1,
    frame: 0x4200 + n - 1 - i,
    perms: k >= forked ? 'rw-u' : 'rw-u',
    stale: k === forked && i < 3,
    mm: 1,
    why: k === forked && i < 3 ? 'read-only by now' : '',
  }))
  return {
    id,
    process: id === 0 ? 'parent' : k >= forked ? 'child' : '',
    call: '',
    context: 'task',
    loadedMm: id === 0 ? 1 : k >= forked ? 2 : 0,
    activeMm: id === 0 ? 1 : k >= forked ? 2 : 0,
    lazy: false,
    tag: id + 1,
    used: n,
    size: 1536,
    entries,
    walker: [],
  }
}

export function stateAt(k: number): StateView {
  const field = (name: string, value: number): StateView['machine'][number] => ({
    name,
    value: String(value),
    change: null,
    unit: 'count',
    doc: name,
  })
  return {
    k,
    event: events[k] ?? null,
    mms: k < 2 ? [] : k >= forked ? [mmAt(k, 1), mmAt(k, 2)] : [mmAt(k, 1)],
    cpus: [cpuAt(k, 0), cpuAt(k, 1)],
    machine: [field('nr_page_table_pages', tablesAt(k, 1).length), field('pgfault', touched(k))],
  }
}

export function countersAt(points: number): { name: string; unit: string; points: [number, number][] }[] {
  const step = Math.max(1, Math.floor(events.length / points))
  const ks = events.map((row) => row.k).filter((k) => k % step === 0)
  return [
    {
      name: 'table bytes',
      unit: 'bytes',
      points: ks.map((k) => [k, (tablesAt(k, 1).length + tablesAt(k, 2).length) * 4096]),
    },
    { name: 'rss', unit: 'pages', points: ks.map((k) => [k, touched(k)]) },
    { name: 'pgfault', unit: '', points: ks.map((k) => [k, touched(k) + (k > copied ? 1 : 0)]) },
    { name: 'tlb entries', unit: '', points: ks.map((k) => [k, k >= forked ? 0 : touched(k)]) },
    { name: 'never', unit: '', points: ks.map((k) => [k, 0]) },
  ]
}
