/**
 * Accesses and walks by the million, for measurements: below the API of scenarios, above the machinery.
 */
import { ACCESS_READ, ACCESS_WRITE, WALK_OK } from '../hw/walker.ts'
import type { Kernel } from '../mm/kernel.ts'
import { doMmap } from '../mm/mmap.ts'
import { high, low } from '../mm/pages.ts'
import type { Process } from '../mm/process.ts'
import { spawnProcess } from '../mm/spawn.ts'
import { switchTo } from '../mm/switch.ts'
import { touchPage } from '../mm/touch.ts'
import { Recorder } from '../trace/recorder.ts'
import { Addresses } from './address.ts'
import { buildKernel, plan } from './build.ts'
import { mmapArgs } from './mmapArgs.ts'

/** A process with `pages` written pages, a power of two for `access`. */
export class Translations {
  private readonly kernel: Kernel
  private readonly process: Process
  private readonly first: number
  private readonly pages: number

  constructor(pages: number, arch = 'x86_64') {
    const pageBytes = plan({ arch }).arch.pageSize
    const planned = plan({ arch, memory: Math.max(2 ** 32, 2 * pages * pageBytes) })
    const { pageSize, pageShift, bits } = planned.arch
    this.pages = pages
    this.kernel = buildKernel(planned, new Recorder('off'))
    const process = spawnProcess(this.kernel, 'bench')
    if (process === null) throw new Error('no memory for a process')
    this.process = process
    switchTo(this.kernel, this.kernel.cpu, process)
    const args = mmapArgs(new Addresses(pageShift, bits), { length: pages * pageSize })
    this.first = doMmap(this.kernel, process, args)
    for (let i = 0; i < pages; i++) touchPage(this.kernel, process, this.first + i, ACCESS_WRITE)
  }

  /** Reads `count` times, page after page, over and over. */
  access(count: number): void {
    const { kernel, process, first } = this
    const mask = this.pages - 1
    for (let i = 0; i < count; i++) touchPage(kernel, process, first + (i & mask), ACCESS_READ)
  }

  /** Walks to each page once, `step` pages from one to the next, without asking the TLB. */
  walk(step: number): void {
    const { first, pages } = this
    const { walker } = this.kernel
    const { pgd, top } = this.process.mm
    let at = 0
    for (let i = 0; i < pages; i++) {
      const vpn = first + at
      if (walker.translate(pgd, top, low(vpn), high(vpn), ACCESS_READ, true) !== WALK_OK)
        throw new Error(`page ${vpn} is not mapped`)
      at += step
      if (at >= pages) at -= pages
    }
  }
}
