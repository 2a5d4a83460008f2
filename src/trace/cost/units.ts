/**
 * Unit costs: what one event of a kind takes. Every figure says where it is from, or that it is an assumption; all of them
 * can be changed, by a scenario for its machine and by the user for what is shown (DIGEST G.9).
 */
import type { Arch } from '../../arch/arch.ts'
import { KIND } from '../schema.ts'

export interface UnitCost {
  /** Name in `machine.cost` and in `costs: {…}`. */
  id: string
  /** Kind of the events counted; null: a figure that only break-even formulas use. */
  kind: number | null
  what: string
  /** Nanoseconds for each event. */
  ns: number
  /** Nanoseconds for each unit that the event covers; 0: none. */
  nsPerUnit: number
  /** What the units are; '' when there are none. */
  unit: string
  /** Where the figures are from, or 'assumption'. */
  source: string
}

/** A change of unit costs, by id. */
export type CostChanges = Record<string, { ns?: number; perUnit?: number }>

/** A cost as it applies to one machine. */
export interface AppliedCost extends UnitCost {
  /** Who chose the figures. */
  by: 'documented' | 'scenario' | 'user'
}

const INVLPG = 'arch/x86/mm/tlb.c (6.12), comment on tlb_single_page_flush_ceiling: about 100 ns per INVLPG'
const LISTS = 'M. Wilcox, micro-benchmark of one million objects, linux-mm 2020-05-11'
const ARRAY = `${LISTS}: array, in sequence`

export const UNIT_COSTS: readonly UnitCost[] = [
  cost('syscall', KIND.SYS_ENTER, 'system call entry and exit', 100),
  cost('fault', KIND.PAGE_FAULT_USER, 'exception entry and exit', 500, 'assumption; 0.5 to 1 µs is usual'),
  cost(
    'kernelFault',
    KIND.PAGE_FAULT_KERNEL,
    'exception of the kernel',
    500,
    'assumption; 0.5 to 1 µs is usual',
  ),
  {
    ...cost('pageAlloc', KIND.MM_PAGE_ALLOC, 'page allocation and zeroing', 0),
    nsPerUnit: 100,
    unit: 'pages',
  },
  { ...cost('pageCopy', KIND.FAULT_DONE, 'copying a page on write', 0), nsPerUnit: 200, unit: 'copies' },
  { ...cost('pageFree', KIND.MM_PAGE_FREE, 'page release', 20), nsPerUnit: 20, unit: 'more pages' },
  cost('tableAlloc', KIND.PT_ALLOC, 'constructing a table (lock, accounting)', 20),
  cost('setEntry', KIND.SET_ENTRY, 'storing an entry', 2, ARRAY),
  {
    ...cost('copyEntries', KIND.COPY_PTES, 'copying entries at fork', 20),
    nsPerUnit: 2,
    unit: 'entries',
    source: `assumption; each entry: ${ARRAY}`,
  },
  {
    ...cost('clearEntries', KIND.ZAP_PTES, 'clearing entries', 20),
    nsPerUnit: 2,
    unit: 'entries',
    source: `assumption; each entry: ${ARRAY}`,
  },
  cost('walk', KIND.TLB_FILL, 'page-table walk by the MMU', 20),
  cost('refill', KIND.TLB_REFILL, 'TLB refill by software', 60),
  {
    ...cost('flush', KIND.TLB_FLUSH, 'invalidating a page, or dropping a tag', 100, INVLPG),
    nsPerUnit: 100,
    unit: 'more pages',
  },
  cost('ipi', KIND.TLB_IPI, 'interprocessor interrupt', 1500, 'assumption; 1 to 2 µs is usual'),
  cost('switch', KIND.SCHED_SWITCH, 'context switch', 1000),
  cost('visitList', null, 'visiting a list element, in sequence', 2.8, `${LISTS}: list, in sequence`),
  cost('visitArray', null, 'visiting an array element, in sequence', 2, ARRAY),
  cost('visitListFar', null, 'visiting a list element, shuffled', 102, `${LISTS}: list, shuffled`),
  cost('visitArrayFar', null, 'visiting an array element, shuffled', 12, `${LISTS}: array, shuffled`),
  cost('lock', null, 'taking an uncontended lock', 20),
  cost('check', null, 'comparing a sequence number at a switch', 1),
]

function cost(id: string, kind: number | null, what: string, ns: number, source = 'assumption'): UnitCost {
  return { id, kind, what, ns, nsPerUnit: 0, unit: '', source }
}

/** Costs of which each unit is a page: larger pages take longer. */
const BY_PAGE_SIZE: readonly string[] = ['pageAlloc', 'pageCopy']
const KIB4 = 4096

/** The documented costs of an architecture. */
export function costsOfArch(arch: Arch): UnitCost[] {
  const scale = arch.pageSize / KIB4
  return UNIT_COSTS.map((each) => {
    if (BY_PAGE_SIZE.includes(each.id) && scale !== 1)
      return {
        ...each,
        nsPerUnit: each.nsPerUnit * scale,
        source: `${each.source}; ${scale} times that of a 4 KiB page`,
      }
    if (each.id === 'flush' && arch.variant.family !== 'x86')
      return { ...each, source: 'assumption: as INVLPG on x86' }
    return each
  })
}

/** Costs of a machine: documented ones, changed by the scenario and then by the user. */
export function applyCosts(arch: Arch, scenario: CostChanges = {}, user: CostChanges = {}): AppliedCost[] {
  return costsOfArch(arch).map((each) => {
    const changes = [scenario[each.id], user[each.id]].filter((change) => change !== undefined)
    if (changes.length === 0) return { ...each, by: 'documented' as const }
    const applied = { ...each, by: user[each.id] ? ('user' as const) : ('scenario' as const) }
    for (const { ns, perUnit } of changes) {
      if (ns !== undefined) applied.ns = ns
      if (perUnit !== undefined) applied.nsPerUnit = perUnit
    }
    return {
      ...applied,
      source: `${applied.by === 'user' ? 'you' : 'the scenario'}; documented: ${documented(each)}`,
    }
  })
}

function documented({ ns, nsPerUnit, source }: UnitCost): string {
  return `${ns} ns${nsPerUnit === 0 ? '' : ` + ${nsPerUnit} ns each`}, ${source}`
}

/** What is wrong with changes of costs, or ''. */
export function costProblem(changes: Readonly<Record<string, unknown>>): string {
  const ids = UNIT_COSTS.map(({ id }) => id)
  for (const [id, change] of Object.entries(changes)) {
    if (!ids.includes(id)) return `costs.${id} is not known; there are ${ids.join(', ')}`
    if (typeof change !== 'object' || change === null) return `costs.${id}: give { ns, perUnit }`
    const { ns, perUnit, ...rest } = change as Record<string, unknown>
    const wrong = Object.keys(rest)[0]
    if (wrong !== undefined) return `costs.${id}.${wrong} is not known; give ns and perUnit`
    for (const value of [ns, perUnit])
      if (value !== undefined && !(typeof value === 'number' && value >= 0 && value < Infinity))
        return `costs.${id}: ${String(value)}; give nanoseconds, 0 or more`
  }
  return ''
}

/** Changes as a trace file holds them; a file may say anything, and then they are left out. */
export function soundCosts(changes: CostChanges | undefined): CostChanges {
  return typeof changes === 'object' && changes !== null && costProblem(changes) === '' ? changes : {}
}
