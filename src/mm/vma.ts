/**
 * struct vm_area_struct and struct anon_vma, as far as page tables notice them. Addresses are page numbers.
 */
import type { PhysicalMemory } from '../hw/memory.ts'
import { VM } from '../trace/schema.ts'
import type { MmStruct } from './mmStruct.ts'
import type { UserfaultContext } from './userfault.ts'

/** What a mapping needs to know of the file behind it. Shared anonymous memory has one too (shmem). */
export interface MmFile {
  readonly id: number
  readonly name: string
  /** s_dev of its file system; 0 where nobody can tell. */
  readonly device?: number
  /** i_size in bytes. */
  size: number
  /** Frame of a page of the file, brought in if needed; −1 when memory is out. Without it every access is a SIGBUS. */
  frameAt?(memory: PhysicalMemory, index: number, vmFlags?: number): number
  /** Frame of a page that is in memory and initialised, or −1. */
  residentAt?(index: number): number
  /** vm_ops->map_pages: a read fault maps resident neighbours too. */
  readonly mapsAround?: boolean
  /** On disk: what is missing is read in, a major fault. */
  readonly onDisk?: boolean
  /** vm_ops->page_mkwrite: shared mappings are write-protected until a write is noticed. */
  readonly wantsWriteNotify?: boolean
  /** The VMA, complete and in its mm, maps the file; and no longer does (i_mmap). */
  mapped?(vma: Vma, mm: MmStruct): void
  unmapped?(vma: Vma): void
}

/**
 * The anonymous pages of one process lineage. `chain` of a VMA lists every anon_vma its pages may belong to:
 * its own and those of the ancestors it was forked from.
 */
export class AnonVma {
  readonly id: number
  readonly root: AnonVma
  readonly parent: AnonVma
  /** anon_vmas whose parent this is; a root counts itself. */
  numChildren: number
  /** VMAs whose vm->anon_vma this is. */
  numActiveVmas = 0
  /** VMAs that have this in their chain (anon_vma->rb_root). */
  numVmas = 0

  constructor(id: number, parent: AnonVma | null) {
    this.id = id
    this.root = parent === null ? this : parent.root
    this.parent = parent === null ? this : parent
    this.numChildren = parent === null ? 1 : 0
  }
}

const NO_CHAIN: readonly AnonVma[] = []

export class Vma {
  readonly id: number
  /** Id of the mm it belongs to. */
  readonly mm: number
  /** First page and first page past the end. */
  start: number
  end: number
  /** VM_* (schema.ts VM), unsigned. */
  flags: number
  /** vm_page_prot as an index into protection_map. */
  prot: number
  /** Page offset in the file; of anonymous memory the page it was first mapped at. */
  pgoff: number
  file: MmFile | null
  anonVma: AnonVma | null = null
  /** anon_vma_chain; the VMA's own anon_vma comes last. */
  chain: readonly AnonVma[] = NO_CHAIN
  /** Of private hugetlb mappings that own reservations (HPAGE_RESV_OWNER): huge pages of the file still unused. */
  reserved: Set<number> | null = null
  /** A page was taken away for its owner's sake (HPAGE_RESV_UNMAPPED): faults end in SIGBUS. */
  robbed = false
  /** vm_userfaultfd_ctx */
  userfault: UserfaultContext | null = null
  /** As /proc/PID/maps shows it: '[heap]', '[stack]', '[vdso]', … or '' */
  name: string

  constructor(
    id: number,
    mm: number,
    start: number,
    end: number,
    flags: number,
    pgoff: number,
    file: MmFile | null,
    name: string,
  ) {
    this.id = id
    this.mm = mm
    this.start = start
    this.end = end
    this.flags = flags >>> 0
    this.prot = flags & 15
    this.pgoff = pgoff
    this.file = file
    this.name = name
  }

  /** vma_pages() */
  get pages(): number {
    return this.end - this.start
  }
}

/** stack_guard_gap in pages. */
export const STACK_GUARD_GAP = 256

/** vm_start_gap(): where a mapping below this VMA has to end. */
export function startGap(vma: Vma): number {
  return vma.flags & VM.GROWSDOWN ? Math.max(0, vma.start - STACK_GUARD_GAP) : vma.start
}
