/**
 * va:0x… in a filter: faults on the page, its TLB entries and flushes, and every write to an entry that lies on the way
 * to it. Which tables those are changes along the trace, so the trace is read once for the tables' lives.
 */
import type { Arch, CompiledLevel } from '../../arch/arch.ts'
import { FLUSH, KIND, LEVEL_NAMES, WORDS } from '../schema.ts'
import { vpn } from '../replica/tlb.ts'
import type { Trace } from '../trace.ts'
import type { CompiledFilter } from './compile.ts'

const CHUNK_SHIFT = 16
const CHUNK_MASK = 0xffff
const VPN_HI = 0xfffff

/** A table on the way to the page: from event `from` until `to`, with the entry that leads on. */
interface Life {
  from: number
  to: number
  index: number
}

export function vaTest(va: bigint, trace: Trace, arch: Arch): CompiledFilter {
  const pages = Number((va >> BigInt(arch.pageShift)) & ((1n << 52n) - 1n))
  const way = new Way(pages, trace, arch)
  return {
    refresh: () => way.refresh(),
    test: (w, at, k) => {
      switch (w[at] & 0xff) {
        case KIND.PAGE_FAULT_USER:
        case KIND.PAGE_FAULT_KERNEL:
        case KIND.FAULT_DONE:
        case KIND.SIGNAL:
          return vpn(w[at + 6], w[at + 7] & VPN_HI) === pages
        case KIND.TLB_FILL:
          return covers(vpn(w[at + 4], w[at + 5] & VPN_HI), 2 ** (w[at + 7] & 63), pages)
        case KIND.TLB_FLUSH:
          return (
            w[at + 1] >>> 24 >= FLUSH.range &&
            covers(vpn(w[at + 4], w[at + 5] & VPN_HI), Math.max(1, w[at + 6]), pages)
          )
        case KIND.SET_ENTRY:
        case KIND.PT_INSTALL:
          return way.leads(w[at + ((w[at] & 0xff) === KIND.PT_INSTALL ? 4 : 3)], w[at] >>> 16, 1, k)
        case KIND.COPY_PTES:
          return (
            way.leads(w[at + 3], w[at] >>> 16, w[at + 5], k) ||
            way.leads(w[at + 4], w[at] >>> 16, w[at + 5], k)
          )
        case KIND.ZAP_PTES:
          return way.leads(w[at + 3], w[at] >>> 16, w[at + 5], k)
        default:
          return false
      }
    },
  }
}

function covers(first: number, pages: number, page: number): boolean {
  return page >= first && page < first + pages
}

class Way {
  private readonly lives = new Map<number, Life[]>()
  private upTo = 0
  private readonly page: number
  private readonly trace: Trace
  private readonly levels: (CompiledLevel | undefined)[]
  /** Levels that a top table can have: more than one where an address space grows levels while it runs. */
  private readonly tops: number[]

  constructor(page: number, trace: Trace, arch: Arch) {
    this.page = page
    this.trace = trace
    this.levels = LEVEL_NAMES.map((name) => arch.levels.find((level) => level.name === name))
    this.tops = arch.levels.slice(0, arch.initialTop + 1).map((level) => LEVEL_NAMES.indexOf(level.name))
  }

  leads(table: number, first: number, count: number, k: number): boolean {
    const lives = this.lives.get(table)
    if (!lives) return false
    return lives.some(({ from, to, index }) => k >= from && k < to && index >= first && index < first + count)
  }

  refresh(): void {
    const { trace } = this
    for (; this.upTo < trace.length; this.upTo++) {
      const w = trace.chunks[this.upTo >>> CHUNK_SHIFT]
      const at = (this.upTo & CHUNK_MASK) * WORDS
      const kind = w[at] & 0xff
      if (kind === KIND.PT_ALLOC) this.alloc(w[at + 3], w[at + 1] >>> 24, this.upTo)
      else if (kind === KIND.PT_FREE) this.end(w[at + 3], this.upTo)
      else if (kind === KIND.PT_INSTALL)
        this.install(w[at + 3], w[at + 4], w[at] >>> 16, w[at + 1] >>> 24, this.upTo)
    }
  }

  private alloc(table: number, level: number, k: number): void {
    this.end(table, k)
    if (this.tops.includes(level)) this.begin(table, level, k)
  }

  /** A table's life on the way begins with its allocation, so that what is written before it is hooked in counts too. */
  private install(child: number, parent: number, index: number, level: number, k: number): void {
    if (this.leads(parent, index, 1, k)) this.begin(child, level, k)
    else this.end(child, k)
  }

  private begin(table: number, level: number, k: number): void {
    const geometry = this.levels[level]
    if (!geometry) return
    const index = Math.floor(this.page / 2 ** geometry.pageShift) % geometry.entries
    const life = { from: k, to: Infinity, index }
    const lives = this.lives.get(table)
    if (lives) lives.push(life)
    else this.lives.set(table, [life])
  }

  private end(table: number, k: number): void {
    const last = this.lives.get(table)?.at(-1)
    if (last && last.to === Infinity) last.to = k
  }
}
