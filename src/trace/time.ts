/**
 * Simulated time. It is not in the trace: every event costs what the table below says on the CPU where it happens, and a
 * CPU's time is the sum. Costs can be edited; the trace and its hash stay the same.
 */
import { FLUSH, KIND, WORDS } from './schema.ts'
import type { Trace } from './trace.ts'

export interface UnitCost {
  kind: number
  what: string
  /** Nanoseconds for each event of this kind. */
  ns: number
  /** Nanoseconds for each unit that the event covers (entries, pages); 0: none. */
  nsPerUnit: number
  /** Where the figure is from, or 'assumption'. */
  source: string
}

const INVLPG = 'arch/x86/mm/tlb.c (6.12), comment on tlb_single_page_flush_ceiling: about 100 ns per INVLPG'

export const UNIT_COSTS: readonly UnitCost[] = [
  { kind: KIND.SYS_ENTER, what: 'system call entry and exit', ns: 100, nsPerUnit: 0, source: 'assumption' },
  {
    kind: KIND.PAGE_FAULT_USER,
    what: 'exception entry and exit',
    ns: 500,
    nsPerUnit: 0,
    source: 'assumption',
  },
  {
    kind: KIND.PAGE_FAULT_KERNEL,
    what: 'exception entry and exit',
    ns: 500,
    nsPerUnit: 0,
    source: 'assumption',
  },
  {
    kind: KIND.MM_PAGE_ALLOC,
    what: 'page allocation and zeroing',
    ns: 100,
    nsPerUnit: 0,
    source: 'assumption',
  },
  { kind: KIND.MM_PAGE_FREE, what: 'page release', ns: 20, nsPerUnit: 20, source: 'assumption' },
  {
    kind: KIND.PT_ALLOC,
    what: 'constructing a table (lock, accounting)',
    ns: 20,
    nsPerUnit: 0,
    source: 'assumption',
  },
  { kind: KIND.SET_ENTRY, what: 'storing an entry', ns: 2, nsPerUnit: 0, source: 'assumption' },
  {
    kind: KIND.COPY_PTES,
    what: 'copying entries at fork',
    ns: 20,
    nsPerUnit: 2,
    source: 'assumption: sequential array access, 2.0 ns per element',
  },
  {
    kind: KIND.ZAP_PTES,
    what: 'clearing entries',
    ns: 20,
    nsPerUnit: 2,
    source: 'assumption: sequential array access, 2.0 ns per element',
  },
  { kind: KIND.TLB_FILL, what: 'page-table walk by the MMU', ns: 20, nsPerUnit: 0, source: 'assumption' },
  {
    kind: KIND.TLB_FLUSH,
    what: 'INVLPG per page, or dropping a tag',
    ns: 100,
    nsPerUnit: 100,
    source: INVLPG,
  },
  { kind: KIND.TLB_IPI, what: 'interprocessor interrupt', ns: 1500, nsPerUnit: 0, source: 'assumption' },
  { kind: KIND.SCHED_SWITCH, what: 'context switch', ns: 1000, nsPerUnit: 0, source: 'assumption' },
]

const BLOCK_SHIFT = 12
const BLOCK = 1 << BLOCK_SHIFT
const CHUNK_SHIFT = 16
const CHUNK_MASK = 0xffff
const CPUS = 256

/** What each event costs, in nanoseconds. */
export class CostTable {
  private readonly base = new Float64Array(256)
  private readonly perUnit = new Float64Array(256)

  constructor(costs: readonly UnitCost[] = UNIT_COSTS) {
    for (const { kind, ns, nsPerUnit } of costs) {
      this.base[kind] = ns
      this.perUnit[kind] = nsPerUnit
    }
  }

  /** Of the record that begins at words[at]. */
  of(words: Uint32Array, at: number): number {
    const kind = words[at] & 0xff
    const perUnit = this.perUnit[kind]
    return perUnit === 0 ? this.base[kind] : this.base[kind] + perUnit * units(kind, words, at)
  }
}

/** Time of every CPU at any event; kept every 4096 records and summed from there. */
export class TimeIndex {
  private readonly trace: Trace
  private readonly costs: CostTable
  private readonly blocks: Float64Array[] = []
  private readonly now: Float64Array

  constructor(trace: Trace, costs: readonly UnitCost[] = UNIT_COSTS) {
    this.trace = trace
    this.costs = new CostTable(costs)
    this.now = new Float64Array(Math.min(CPUS, Math.max(1, trace.header.cpus)))
  }

  /** Nanoseconds on the CPU of event k after it, since the start of the trace. */
  at(k: number): number {
    return this.cpuAt(k, this.trace.cpu(k))
  }

  /** Nanoseconds on a CPU after event k. */
  cpuAt(k: number, cpu: number): number {
    if (k < 0) return 0
    this.extend(k)
    const block = k >>> BLOCK_SHIFT
    let time = this.blocks[block][cpu] ?? 0
    for (let i = block << BLOCK_SHIFT; i <= k; i++) {
      const words = this.trace.chunks[i >>> CHUNK_SHIFT]
      const at = (i & CHUNK_MASK) * WORDS
      if (((words[at] >>> 8) & 0xff) === cpu) time += this.costs.of(words, at)
    }
    return time
  }

  /** Notes the times at the beginning of every block up to the one that holds k. */
  private extend(k: number): void {
    while (this.blocks.length <= k >>> BLOCK_SHIFT) {
      if (this.blocks.length > 0) this.sum(this.blocks.length - 1)
      this.blocks.push(this.now.slice())
    }
  }

  private sum(block: number): void {
    const first = block << BLOCK_SHIFT
    for (let k = first; k < first + BLOCK; k++) {
      const words = this.trace.chunks[k >>> CHUNK_SHIFT]
      const at = (k & CHUNK_MASK) * WORDS
      this.now[(words[at] >>> 8) & 0xff] += this.costs.of(words, at)
    }
  }
}

function units(kind: number, words: Uint32Array, at: number): number {
  if (kind === KIND.COPY_PTES || kind === KIND.ZAP_PTES) return words[at + 5]
  // The event itself stands for the first page.
  if (kind === KIND.MM_PAGE_FREE) return Math.max(0, words[at + 4] - 1)
  const scope = words[at + 1] >>> 24
  if (kind !== KIND.TLB_FLUSH || scope === FLUSH.all || scope === FLUSH.tag) return 0
  return Math.max(0, Math.ceil(words[at + 6] / 2 ** (words[at + 7] & 31)) - 1)
}
