/** Walks and entries as scenarios read them. Nothing here touches the simulated memory. */
import type { EntryOps } from '../arch/arch.ts'
import { indexOf } from '../hw/walker.ts'
import { high, low } from '../mm/pages.ts'
import type { Process as KernelProcess } from '../mm/process.ts'
import type { Address, Entry, WalkEntry } from './api.ts'
import type { Bench } from './machine.ts'

export function walkSteps(bench: Bench, process: KernelProcess, addr: Address): WalkEntry[] {
  const { kernel, addresses } = bench
  const { tables } = kernel.memory
  const page = addresses.page(addresses.parse(addr))
  const steps: WalkEntry[] = []
  let table = process.mm.pgd
  for (let depth = process.mm.top; depth <= kernel.pt.last && table !== 0; depth++) {
    const level = kernel.arch.levels[depth]
    const index = indexOf(level, low(page), high(page))
    const at = tables.at(table, index)
    steps.push({
      level: level.name,
      tableFrame: tables.frame[table],
      index,
      raw: raw(tables.words[at], tables.words[at + 1]),
    })
    table = depth === kernel.pt.last ? 0 : kernel.pt.child(table, index)
  }
  return steps
}

export function entryAt(bench: Bench, process: KernelProcess, addr: Address): Entry {
  const { kernel, addresses } = bench
  const page = addresses.page(addresses.parse(addr))
  const { walker } = kernel
  const isLeaf = walker.find(process.mm.pgd, process.mm.top, low(page), high(page))
  const level = kernel.arch.levels[walker.depth]
  const { lo, hi } = walker
  const ops = isLeaf ? level.leaf : null
  const present = ops !== null && ops.isPresent(lo, hi)
  const bit = (test: (ops: EntryOps) => boolean): boolean => present && ops !== null && test(ops)
  return Object.freeze({
    level: level.name,
    raw: raw(lo, hi),
    present,
    none: ops === null || ops.isNone(lo, hi),
    write: bit((o) => o.isWrite(lo, hi)),
    dirty: bit((o) => o.isDirty(lo, hi)),
    young: bit((o) => o.isYoung(lo, hi)),
    special: bit((o) => o.isSpecial(lo, hi)),
    softDirty: bit((o) => o.isSoftDirty(lo, hi)),
    frame: present && ops !== null ? ops.pfn(lo, hi) : null,
  })
}

export function frameAt(bench: Bench, process: KernelProcess, addr: Address): number | null {
  const page = bench.addresses.page(bench.addresses.parse(addr))
  const entry = entryAt(bench, process, addr)
  if (entry.frame === null) return null
  const level = bench.kernel.arch.levels[bench.kernel.walker.depth]
  return entry.frame + (page % level.pages)
}

function raw(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)
}
