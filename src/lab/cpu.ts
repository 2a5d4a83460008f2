/**
 * A CPU as scenarios see it.
 */
import type { Cpu as HwCpu } from '../hw/cpu.ts'
import { TLB_EXEC, TLB_USER, TLB_WRITE } from '../trace/schema.ts'
import { switchTo } from '../mm/switch.ts'
import type { Address, Cpu, Process, TlbEntry } from './api.ts'
import type { Bench } from './machine.ts'
import { kernelProcess } from './kernelSide.ts'

const TWO32 = 4294967296

export class LabCpu implements Cpu {
  readonly id: number
  readonly tlb: Cpu['tlb']
  readonly #bench: Bench
  readonly #cpu: HwCpu

  constructor(bench: Bench, cpu: HwCpu) {
    this.id = cpu.id
    this.#bench = bench
    this.#cpu = cpu
    this.tlb = tlbView(bench, cpu)
    Object.freeze(this)
  }

  run<T>(process: Process, work: () => T): T {
    const { kernel } = this.#bench
    const before = this.#bench.pinned
    this.#bench.pinned = this.id
    try {
      switchTo(kernel, this.#cpu, kernelProcess(process))
      return work()
    } finally {
      this.#bench.pinned = before
    }
  }

  get current(): Process | null {
    const { kernel } = this.#bench
    const process = kernel.processes.find((candidate) => candidate.pid === this.#cpu.process)
    return process === undefined ? null : this.#bench.processOf(process)
  }
}

function tlbView(bench: Bench, cpu: HwCpu): Cpu['tlb'] {
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
