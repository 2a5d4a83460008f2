/**
 * get_user_pages_fast (gup_fast, mm/gup.c, 6.12): walks page tables with nothing held but interrupts off, so that neither
 * a TLB-flush interrupt is taken nor a grace period can end meanwhile. Steps one entry at a time, for somebody else to
 * unmap in between.
 */
import { SW_PRESENT, SW_SPECIAL } from '../arch/arch.ts'
import type { Cpu } from '../hw/cpu.ts'
import { headOf } from '../hw/folio.ts'
import { indexOf } from '../hw/walker.ts'
import { POINT } from '../hw/yieldPoints.ts'
import { KIND } from '../trace/schema.ts'
import { staleTable } from './corruption.ts'
import type { Kernel } from './kernel.ts'
import { high, low } from './pages.ts'
import type { Process } from './process.ts'
import { switchTo } from './switch.ts'

/** walking; got a page and a reference to it; gave up: the slow path would go on; read a table that was freed. */
export type GupState = 'walking' | 'done' | 'fallback' | 'corrupted'

const BEGIN = 0
const READ = 1
const GOT = 2
const GAVE_UP = 3

export class GupFast {
  state: GupState = 'walking'
  /** Frame found, −1 until then. */
  frame = -1
  /** Table that the next step reads, its depth, and the frame it is in. */
  table: number
  depth: number
  tableFrame: number
  /** Entry read last. */
  lo = 0
  hi = 0
  private serial: number
  private atEntry = false
  private index = 0
  private readonly kernel: Kernel
  private readonly cpu: Cpu
  private readonly vpn: number
  private readonly write: boolean
  private readonly mm: number

  /** Makes `cpu` run `process` and turns its interrupts off until the walk ends. */
  constructor(kernel: Kernel, cpu: Cpu, process: Process, vpn: number, write: boolean) {
    this.kernel = kernel
    this.cpu = cpu
    this.vpn = vpn
    this.write = write
    const { mm } = process
    this.mm = mm.id
    switchTo(kernel, cpu, process)
    const { tables } = kernel.memory
    this.table = mm.pgd
    this.depth = mm.top
    this.tableFrame = tables.frame[mm.pgd]
    this.serial = tables.serial[mm.pgd]
    kernel.flush.disableInterrupts(cpu)
    kernel.rcu.enter(cpu)
    this.record(BEGIN, 0)
  }

  /** Reads the next entry; the last step takes the page. True while there is more to do. */
  step(): boolean {
    if (this.state !== 'walking') return false
    this.kernel.points.reach(POINT.walk)
    if (this.atEntry) this.grab()
    else if (this.kernel.memory.tables.serial[this.table] !== this.serial) this.readFreed()
    else this.read()
    return this.state === 'walking'
  }

  finish(): void {
    while (this.step());
  }

  /** put_page of what the walk took. */
  put(): void {
    if (this.state !== 'done') return
    this.kernel.memory.putPage(this.frame)
    this.state = 'fallback'
  }

  private read(): void {
    const { tables } = this.kernel.memory
    const level = this.kernel.pt.levels[this.depth]
    this.index = indexOf(level, low(this.vpn), high(this.vpn))
    const at = tables.at(this.table, this.index)
    this.lo = tables.words[at]
    this.hi = tables.words[at + 1]
    this.record(READ, 0)
    if (this.depth === this.kernel.pt.last || level.table!.isLeaf(this.lo, this.hi)) return this.look()
    const child = this.kernel.pt.child(this.table, this.index)
    if (child === 0) return this.end('fallback')
    this.table = child
    this.tableFrame = tables.frame[child]
    this.serial = tables.serial[child]
    this.depth++
  }

  /** gup_fast_pte_range: only present entries of ordinary pages that permit the access. */
  private look(): void {
    const { arch, pt } = this.kernel
    const leaf = pt.levels[this.depth].leaf!
    const bits = leaf.sw(this.lo, this.hi)
    const usable = (bits & SW_PRESENT) !== 0 && !(arch.hasPteSpecial && bits & SW_SPECIAL)
    if (!usable || leaf.isProtnone(this.lo, this.hi)) return this.end('fallback')
    if (this.write && !leaf.isWrite(this.lo, this.hi)) return this.end('fallback')
    this.atEntry = true
  }

  /** try_grab_folio_fast, then the entry must still be what it was. */
  private grab(): void {
    const { memory, pt } = this.kernel
    const { frames, tables } = memory
    if (tables.serial[this.table] !== this.serial) return this.readFreed()
    const level = pt.levels[this.depth]
    const frame = level.leaf!.pfn(this.lo, this.hi) + (low(this.vpn) & (level.pages - 1))
    const at = tables.at(this.table, this.index)
    const same = tables.words[at] === this.lo && tables.words[at + 1] === this.hi
    if (frames.refcount[headOf(frames, frame)] <= 0 || !same) return this.end('fallback')
    frames.refcount[headOf(frames, frame)]++
    this.frame = frame
    this.end('done')
  }

  /** The table went away under the walk: what is in its frame now is taken for an entry. */
  private readFreed(): void {
    const { memory } = this.kernel
    staleTable(this.kernel, this.cpu, 'walker', this.vpn, this.table, this.tableFrame)
    const level = this.kernel.pt.levels[this.depth]
    const word = Math.floor((indexOf(level, low(this.vpn), high(this.vpn)) * level.entryBytes) / 8)
    this.lo = memory.data.readLo(this.tableFrame, word)
    this.hi = memory.data.readHi(this.tableFrame, word)
    this.end('corrupted')
  }

  private end(state: GupState): void {
    const { kernel, cpu } = this
    this.state = state
    this.record(state === 'done' ? GOT : GAVE_UP, Math.max(this.frame, 0))
    kernel.rcu.leave(cpu)
    kernel.flush.enableInterrupts(cpu)
  }

  private record(what: number, frame: number): void {
    const { trace, memory } = this.kernel
    if (!trace.active) return
    const [cpu, mm] = [trace.cpu, trace.mm]
    trace.cpu = this.cpu.id
    trace.mm = this.mm
    const level = memory.tables.levelOf[this.depth]
    trace.emit(KIND.GUP_FAST, this.index, what, this.table, level, frame, low(this.vpn), high(this.vpn))
    trace.cpu = cpu
    trace.mm = mm
  }
}
