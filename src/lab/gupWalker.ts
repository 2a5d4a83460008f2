/** A lockless walker as scenarios hold it. */
import type { Cpu as HwCpu } from '../hw/cpu.ts'
import { GupFast } from '../mm/gupFast.ts'
import type { Process as KernelProcess } from '../mm/process.ts'
import type { Address, GupWalker, Level } from './api.ts'
import { refuseBlocked } from './blocked.ts'
import { LabError } from './errors.ts'
import type { Bench } from './machine.ts'
import { hex } from './show.ts'

export class LabGupWalker implements GupWalker {
  readonly #bench: Bench
  readonly #walker: GupFast
  readonly #name: string

  constructor(bench: Bench, cpu: HwCpu, process: KernelProcess, addr: Address, write: boolean) {
    const { kernel, addresses, calls } = bench
    refuseBlocked(kernel, cpu)
    if (!kernel.flush.spec.gupFast)
      throw new LabError(`gupFast: ${kernel.arch.id} has none (HAVE_GUP_FAST); only walks under mmap_lock`)
    const at = addresses.parse(addr)
    this.#bench = bench
    this.#name = `cpu(${cpu.id}).gupFast(${process.name}, ${hex(at)})`
    this.#walker = calls.run(
      process.pid,
      () => this.#name,
      () => new GupFast(kernel, cpu, process, addresses.page(at), write),
      () => '',
    )
    Object.freeze(this)
  }

  get state(): GupWalker['state'] {
    return this.#walker.state
  }

  get level(): Level {
    return this.#bench.kernel.pt.levels[this.#walker.depth].name
  }

  get tableFrame(): number {
    return this.#walker.tableFrame
  }

  get raw(): bigint {
    const { lo, hi } = this.#walker
    return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)
  }

  get frame(): number | null {
    return this.#walker.frame < 0 ? null : this.#walker.frame
  }

  step(): boolean {
    return this.#run('step()', () => this.#walker.step())
  }

  to(level: Level): void {
    const { levels } = this.#bench.kernel.pt
    const depth = levels.findIndex(({ name }) => name === level)
    if (depth < 0) throw new LabError(`${this.#name}.to('${level}'): there is no such table here`)
    this.#run(`to('${level}')`, () => {
      while (this.#walker.depth < depth && this.#walker.step());
    })
  }

  finish(): GupWalker['state'] {
    this.#run('finish()', () => this.#walker.finish())
    return this.#walker.state
  }

  put(): void {
    this.#run('put()', () => this.#walker.put())
  }

  #run<T>(what: string, work: () => T): T {
    return this.#bench.calls.run(
      0,
      () => `${this.#name}.${what}`,
      work,
      () => this.#walker.state,
    )
  }
}

/** Process.gupFast: the whole walk at once. */
export function gupFast(bench: Bench, process: KernelProcess, addr: Address, write: boolean): number | null {
  const cpu = bench.kernel.cpus[bench.pinned ?? process.cpu]
  const walker = new LabGupWalker(bench, cpu, process, addr, write)
  walker.finish()
  const { frame } = walker
  walker.put()
  return frame
}
