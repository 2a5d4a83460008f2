/** The machine as a whole. */
import type { ArchInfo } from './arch.ts'
import type { Cpu, Kthread } from './cpu.ts'
import type { File } from './file.ts'
import type { Process } from './process.ts'
import type { MachineCost, StructInfo } from './spec.ts'
import type { Address } from './values.ts'

/** Deliberate breakage: steps that are left out. */
export interface Breakage {
  /** 'skip': no TLB is told of anything. 'local': the CPU that changes tables tells itself, but no other. */
  flush?: 'skip' | 'local'
  /** 'skip': tables are freed without waiting for a grace period. */
  rcu?: 'skip'
}

/** A CPU used what had been freed: a TLB entry, a paging-structure cache entry, or a walk that was in the table. */
export interface Corruption {
  readonly via: 'tlb' | 'walkCache' | 'walker'
  readonly cpu: number
  readonly address: bigint
  readonly frame: number
  /** The line in dmesg. */
  readonly text: string
}

/** Grace periods of page tables. Without walkers they end at once, unless held back. */
export interface RcuView {
  /** Tables that wait for a grace period. */
  readonly pendingTables: number
  /** CPUs that hold grace periods up. */
  readonly readers: number[]
  /** From now on grace periods end only by synchronize(). */
  hold(): void
  /** They end by themselves again; those that can end now do. */
  release(): void
  /** synchronize_rcu(): waits for a grace period, after which tables are freed. Throws while a walker holds it up. */
  synchronize(): void
}

/** A CPU that spins until others have taken its TLB-flush interrupt. It can do nothing else before. */
export interface WaitingCpu {
  readonly cpu: number
  readonly for: number[]
}

export interface Machine {
  readonly arch: ArchInfo
  readonly kernel: string
  /** The design alternative of each seam, e.g. `policies.accounting === 'pgtables_bytes'`. */
  readonly policies: Readonly<Record<string, string>>
  /** New process, as after execve of a minimal static program: no VMAs, empty top table. */
  spawn(name?: string): Process
  /**
   * memfd_create(2) and ftruncate(2): a file in memory, `size` bytes long (default 0), without pages until they are used.
   *
   *     const file = machine.memfd('data', MiB(1))
   *     const at = task.mmap({ file, length: MiB(1), shared: true })
   *
   * With `hugetlb` (MFD_HUGETLB) its pages come from the hugetlb pool; sizes are whole huge pages, and a shared mapping
   * reserves what it may need.
   */
  memfd(name: string, size?: number, args?: { hugetlb?: boolean }): File
  /**
   * A file on a disk. Pages that are not in the page cache are read in by a major fault, with those around them; the first
   * write to a page of a shared mapping is a fault of its own, so that the file system notices it.
   */
  file(name: string, size?: number, args?: { readOnly?: boolean }): File
  /** /proc/kpagecount: how often a page frame is mapped. */
  kpagecount(frame: number): number
  /** /proc/kpageflags: flags of a page frame, as far as they are modelled (include/uapi/linux/kernel-page-flags.h). */
  kpageflags(frame: number): bigint
  cpu(id: number): Cpu
  /** kthread_create(): a kernel thread, to be run by `machine.cpu(i).run`. */
  kthread(name: string): Kthread
  /** The hugetlb pool: HugePages_Total, _Free and _Rsvd of /proc/meminfo. */
  readonly hugepages: { readonly total: number; readonly free: number; readonly reserved: number }
  /** Writes /sys/kernel/mm/transparent_hugepage/enabled or, with a size in bytes, hugepages-<size>kB/enabled. */
  thp(mode: 'always' | 'madvise' | 'never', bytes?: number): void
  /**
   * Writes /sys/kernel/mm/transparent_hugepage/shmem_enabled: huge pages for memfds and shared anonymous memory. `config.shmemThp`
   * is the mode at start, default 'never'.
   */
  shmemThp(mode: 'always' | 'within_size' | 'advise' | 'never' | 'deny' | 'force'): void
  /** The kernel thread that makes huge pages of small ones. It runs when told to, never by itself. */
  readonly khugepaged: {
    /** One scan of an address space, with the default limits. Returns how many ranges became huge pages. */
    scan(process: Process): number
  }
  /** mm_struct in bytes, by compilation unit. */
  readonly mmStruct: StructInfo
  readonly cpus: number
  readonly processes: Process[]
  /** Lines the simulated kernel printed. */
  readonly dmesg: string[]
  /** Simulated time by mechanism and by CPU. Needs a full trace. */
  readonly cost: MachineCost
  /** /proc/vmstat counters by name. */
  readonly vmstat: Record<string, number>
  /** /proc/meminfo: the lines of what is modelled. */
  meminfo(): string
  /** Failure injection. */
  readonly fail: {
    /** Makes the n-th allocation of a page or table from now fail, as if memory were out; 0: none. */
    alloc(n: number): void
    /**
     * pmd_clear_bad() on the huge entry at `addr`: what pmd_none_or_clear_bad() did to one that a fault installed between
     * its two tests (seen in 2018). The entry is gone, the page and the table kept for it are not.
     */
    badPmd(process: Process, addr: Address): void
    /** The next `n` batches of page tables for RCU get no memory: each table then interrupts every CPU (tlb_remove_table_one). */
    tableBatch(n: number): void
    /** Allocations until one fails; 0: none is going to. */
    readonly pending: number
  }
  /**
   * Leaves steps of unmapping out, to see what they are for; what is not named works again. A machine broken like this
   * corrupts memory as a real one would: look at `corruptions` and dmesg.
   *
   *     machine.break({ flush: 'local' })
   *     machine.break({})
   */
  break(what: Breakage): void
  /** Uses of what had been freed, oldest first. None unless something is broken. */
  readonly corruptions: Corruption[]
  /** RCU, as far as page tables wait for it. */
  readonly rcu: RcuView
  /** CPUs whose flush is not acknowledged yet. What they unmapped is not free before it is. */
  readonly waiting: WaitingCpu[]
  /** Free pages of physical memory. */
  readonly freePages: number
  /** Events recorded so far. */
  readonly events: number
}
