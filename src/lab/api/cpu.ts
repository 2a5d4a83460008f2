/** CPUs and what they remember. */
import type { MmStruct, Process } from './process.ts'
import type { Address, Level } from './values.ts'

export interface TlbEntry {
  readonly va: bigint
  readonly pages: number
  readonly tag: number
  readonly frame: number
  readonly write: boolean
  readonly user: boolean
  readonly exec: boolean
  /** Valid under every tag. */
  readonly global: boolean
}

/** What the walker of a CPU remembers of an upper level: where a table is (paging-structure cache, walk cache). */
export interface WalkCacheEntry {
  /** Level of the table that is remembered. */
  readonly level: Level
  readonly tag: number
  /** Frame of that table when it was entered. */
  readonly frame: number
}

/** A kernel thread: a task without an address space (task_struct.mm is NULL). It runs on the one that the CPU has. */
export interface Kthread {
  readonly pid: number
  readonly name: string
}

/** Where a CPU is when something happens: in a task, or in what interrupted it. */
export type CpuContext = 'task' | 'softirq' | 'irq' | 'nmi' | 'entry' | 'atomic'

/**
 * A CPU and its scheduler, which is you: a process stays where it ran last until `run` puts it elsewhere. The CPU it leaves
 * goes idle and keeps its address space loaded (lazy TLB), until it runs a process of another one.
 */
export interface Cpu {
  readonly id: number
  readonly tlb: {
    readonly entries: TlbEntry[]
    readonly size: number
    readonly hits: number
    readonly misses: number
    /** Tables of upper levels that the walker remembers; empty where it always begins at the top. */
    readonly upper: WalkCacheEntry[]
    lookup(addr: Address): TlbEntry | null
  }
  /**
   * context_switch to a process or a kernel thread, then `work`, whose calls run on this CPU.
   *
   *     machine.cpu(1).run(task, () => task.write(at))
   *     machine.cpu(1).run(machine.kthread('kworker/1:0'))
   */
  run<T>(task: Process | Kthread, work: () => T): T
  run(task: Process | Kthread): void
  /** Switches to the idle task. It borrows the address space that is loaded (enter_lazy_tlb, mm_count + 1). */
  idle(): void
  /** What `work` does on this CPU is recorded as done in this context. */
  inContext<T>(context: CpuContext, work: () => T): T
  /** The process that runs; null while the CPU is idle or in a kernel thread. */
  readonly current: Process | null
  /** The kernel thread that runs, or null. */
  readonly kthread: Kthread | null
  /** current->mm: null while the CPU is idle or in a kernel thread. */
  readonly mm: MmStruct | null
  /** current->active_mm: the same, or the one that is borrowed; null for init_mm. */
  readonly activeMm: MmStruct | null
  /** cpu_tlbstate_shared.is_lazy: the tables of a borrowed address space are loaded. */
  readonly lazy: boolean
  /** ASID, PCID, PID or context number in use; 0 where TLBs have no tags. */
  readonly asid: number
  /**
   * Begins get_user_pages_fast() of one page on this CPU and stops before the first entry is read. Until the walker ends,
   * interrupts are off here: a TLB-flush interrupt waits, and so does RCU. Throws where the architecture has no GUP-fast.
   *
   *     const walker = machine.cpu(1).gupFast(task, at)
   *     walker.to('pte')
   *     machine.cpu(0).run(task, () => task.munmap(at, PAGE_SIZE))
   *     walker.finish()
   */
  gupFast(process: Process, addr: Address, args?: { write?: boolean }): GupWalker
  /** Runs `work`, on other CPUs, while this one has interrupts off: what is sent to it is handled at the end. */
  irqsOff<T>(work: () => T): T
}

/** get_user_pages_fast() under way. Nothing but interrupts that are off protects the tables it is in. */
export interface GupWalker {
  /**
   * 'walking'; 'done': it has a reference to `frame`; 'fallback': Linux would go on with the slow path, under mmap_lock;
   * 'corrupted': it was in a table that had been freed (`machine.corruptions`).
   */
  readonly state: 'walking' | 'done' | 'fallback' | 'corrupted'
  /** Level of the table that is read next, and the frame it is in. */
  readonly level: Level
  readonly tableFrame: number
  /** The entry read last. In a table that was freed: whatever its frame holds now. */
  readonly raw: bigint
  /** The page it took. */
  readonly frame: number | null
  /** Reads one entry; the last step takes the page. Returns whether there is more to do. */
  step(): boolean
  /** Steps until the table of this level is the next to be read. */
  to(level: Level): void
  /** All remaining steps. */
  finish(): GupWalker['state']
  /** put_page() of the page it took. */
  put(): void
}
