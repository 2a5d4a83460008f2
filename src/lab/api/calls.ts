/** Arguments of system calls. */
import type { File } from './file.ts'
import type { Address, Prot } from './values.ts'

export interface MmapArgs {
  /** Length in bytes, rounded up to pages. */
  length: number
  /** Hint, or the exact place with `fixed`. */
  addr?: Address
  /** Default 'rw'. */
  prot?: Prot
  /** File to map, as memfd() or file() returned it. Without one: anonymous memory. */
  file?: File
  /** First byte of the file to map, a multiple of the page size. Default 0. */
  offset?: number
  /** MAP_SHARED instead of MAP_PRIVATE. Without a file: shared anonymous memory, which children of fork share. */
  shared?: boolean
  /** MAP_FIXED (replaces what is there) or MAP_FIXED_NOREPLACE (fails with EEXIST). */
  fixed?: boolean | 'noreplace'
  /** MAP_POPULATE */
  populate?: boolean
  /** MAP_LOCKED: as mlock, but what cannot be had is not reported. */
  locked?: boolean
  /** MAP_NORESERVE */
  noreserve?: boolean
  /** MAP_GROWSDOWN */
  growsdown?: boolean
  /** MAP_HUGETLB */
  hugetlb?: boolean
}

export interface TouchArgs {
  /** How many touches; default 1. */
  count?: number
  /** Bytes from one touch to the next; default one page. */
  stride?: number
}

/** How a mapping may change its size or place. */
export interface MremapArgs {
  /** MREMAP_MAYMOVE: without it the mapping only shrinks or grows where it is. */
  mayMove?: boolean
  /** MREMAP_FIXED: the new place; what is mapped there goes. Needs mayMove. */
  fixed?: Address
  /** MREMAP_DONTUNMAP: the old mapping stays, empty. Needs mayMove and equal lengths. */
  dontUnmap?: boolean
}

export interface CloneArgs {
  /** CLONE_VM: the child runs in the same address space. Default: a copy, as fork makes. */
  vm?: boolean
  /** CLONE_VFORK, with `vm`: the parent waits until the child calls execve or exits. */
  vfork?: boolean
  name?: string
}

/** The stack of a new program. Its argument pages are made under STACK_TOP_MAX, then the stack moves down to its place. */
export interface ExecveArgs {
  /** Bytes of arguments and environment. Without them the program gets no stack. */
  argBytes?: number
  /** Bytes below STACK_TOP at which the stack ends, as randomisation would choose them. Default 0. */
  stackShift?: number
}

export type Advice =
  | 'NORMAL'
  | 'RANDOM'
  | 'SEQUENTIAL'
  | 'WILLNEED'
  | 'DONTNEED'
  | 'DONTNEED_LOCKED'
  | 'FREE'
  | 'COLD'
  | 'PAGEOUT'
  | 'REMOVE'
  | 'DONTFORK'
  | 'DOFORK'
  | 'HUGEPAGE'
  | 'NOHUGEPAGE'
  | 'COLLAPSE'
  | 'WIPEONFORK'
  | 'KEEPONFORK'
  | 'POPULATE_READ'
  | 'POPULATE_WRITE'
  | 'DONTDUMP'
  | 'DODUMP'
