/**
 * One CPU's TLB as scenarios see it.
 */
import type { Cpu as HwCpu } from '../hw/cpu.ts'
import { TLB_EXEC, TLB_GLOBAL, TLB_USER, TLB_WRITE } from '../trace/schema.ts'
import type { Address, Cpu, TlbEntry, WalkCacheEntry } from './api.ts'
import type { Bench } from './machine.ts'

const TWO32 = 4294967296

export function tlbView(bench: Bench, cpu: HwCpu): Cpu['tlb'] {
  const { addresses } = bench
  const entries = (): TlbEntry[] => {
    const list: TlbEntry[] = []
    cpu.tlb.forEach((entry) => {
      list.push({
        va: addresses.address(entry.vpnHi * TWO32 + entry.vpnLo),
        pages: 2 ** entry.pageShift,
        tag: entry.tag,
        frame: entry.pfn,
        write: (entry.perms & TLB_WRITE) !== 0,
        user: (entry.perms & TLB_USER) !== 0,
        exec: (entry.perms & TLB_EXEC) !== 0,
        global: (entry.perms & TLB_GLOBAL) !== 0,
      })
    })
    return list
  }
  return Object.freeze({
    get entries() {
      return entries()
    },
    size: cpu.tlb.size,
    get hits() {
      return cpu.tlb.hits
    },
    get misses() {
      return cpu.tlb.misses
    },
    get upper() {
      return upperEntries(bench, cpu)
    },
    lookup(addr: Address): TlbEntry | null {
      const page = addresses.page(addresses.parse(addr))
      const pageOf = (entry: TlbEntry): number => addresses.page(entry.va)
      return (
        entries().find(
          (entry) => entry.tag === cpu.tag && page >= pageOf(entry) && page < pageOf(entry) + entry.pages,
        ) ?? null
      )
    },
  })
}

function upperEntries(bench: Bench, cpu: HwCpu): WalkCacheEntry[] {
  const { levels } = bench.kernel.arch
  const list: WalkCacheEntry[] = []
  cpu.tlb.upper?.forEach(({ tag, depth, frame }) => list.push({ level: levels[depth].name, tag, frame }))
  return list
}
