/**
 * vm_flags from mmap and mprotect arguments, what they count as, and how /proc shows them
 * (include/linux/mman.h, mm/mmap.c, mm/mprotect.c, fs/proc/task_mmu.c, 6.12).
 */
import { VM } from '../trace/schema.ts'
import { VM_FLAG_CODES, vmPerms } from '../trace/vmFlagNames.ts'

/** PROT_* as the system call takes them. */
export const PROT = { NONE: 0, READ: 1, WRITE: 2, EXEC: 4 } as const

/** VM_READ, VM_WRITE, VM_EXEC */
export const VM_ACCESS_FLAGS = VM.READ | VM.WRITE | VM.EXEC

export interface MapOptions {
  /** MAP_SHARED */
  shared?: boolean
  /** MAP_GROWSDOWN */
  growsdown?: boolean
  /** MAP_NORESERVE; ignored by the overcommit mode "never". */
  noreserve?: boolean
  /** MAP_LOCKED */
  locked?: boolean
  /** MAP_STACK */
  stack?: boolean
  /** A hugetlb file is behind it. */
  hugetlb?: boolean
  /** A file is behind it whose descriptor was not opened for writing. */
  readOnlyFile?: boolean
  /** mm->def_flags (mlockall(MCL_FUTURE)) */
  defFlags?: number
}

export interface FlagFeatures {
  /** CONFIG_MEM_SOFT_DIRTY */
  softDirty: boolean
  /** Since 6.7, with THP: MAP_STACK means VM_NOHUGEPAGE. */
  stackNoHuge?: boolean
  /** personality(READ_IMPLIES_EXEC) */
  readImpliesExec?: boolean
}

/** Flags of a new mapping, or of a range that a merge takes in: do_mmap and mmap_region. `prot` is PROT_*. */
export function vmFlagsOf(prot: number, options: MapOptions, features: FlagFeatures): number {
  let flags = protFlags(prot, features) | (options.defFlags ?? 0) | VM.MAYREAD | VM.MAYWRITE | VM.MAYEXEC
  if (options.growsdown) flags |= VM.GROWSDOWN
  if (options.locked) flags |= VM.LOCKED
  if (options.stack && features.stackNoHuge) flags |= VM.NOHUGEPAGE
  if (options.shared) flags |= VM.SHARED | VM.MAYSHARE
  if (options.shared && options.readOnlyFile) flags &= ~(VM.SHARED | VM.MAYWRITE)
  if (options.noreserve) flags |= VM.NORESERVE
  if (options.hugetlb) flags |= VM.HUGETLB | VM.DONTEXPAND
  if (isAccountable(flags)) flags |= VM.ACCOUNT
  if (features.softDirty) flags |= VM.SOFTDIRTY
  return flags >>> 0
}

/** calc_vm_prot_bits(): PROT_* and VM_* have the same low bits. */
function protFlags(prot: number, features: FlagFeatures): number {
  const exec = features.readImpliesExec && prot & PROT.READ ? VM.EXEC : 0
  return (prot & VM_ACCESS_FLAGS) | exec
}

/** accountable_mapping(): private writable memory is charged against the commit limit. */
export function isAccountable(flags: number): boolean {
  return (flags & (VM.NORESERVE | VM.SHARED | VM.WRITE | VM.HUGETLB)) === VM.WRITE
}

/**
 * New flags of a VMA under mprotect(prot), or null for EACCES. `unaccount`: the VMA is private anonymous, has never
 * faulted, and the kernel (since 6.7) takes such memory out of the commit charge when it loses write permission.
 */
export function mprotectFlags(
  old: number,
  prot: number,
  features: FlagFeatures,
  unaccount: boolean,
): number | null {
  let flags = protFlags(prot, features) | (old & ~VM_ACCESS_FLAGS)
  if (flags & ~(flags >>> 4) & VM_ACCESS_FLAGS) return null
  if (((old ^ flags) & VM_ACCESS_FLAGS) === 0) return old
  if (flags & VM.WRITE) {
    if ((old & (VM.ACCOUNT | VM.WRITE | VM.HUGETLB | VM.SHARED | VM.NORESERVE)) === 0) flags |= VM.ACCOUNT
  } else if (old & VM.ACCOUNT && unaccount) flags &= ~VM.ACCOUNT
  return flags >>> 0
}

/** Which counters of mm_struct besides total_vm a mapping adds its pages to (vm_stat_account): at most one. */
export type VmClass = 'data_vm' | 'exec_vm' | 'stack_vm'

export function vmClassOf(flags: number): VmClass | null {
  if (isExecMapping(flags)) return 'exec_vm'
  if (isStackMapping(flags)) return 'stack_vm'
  return isDataMapping(flags) ? 'data_vm' : null
}

export function isExecMapping(flags: number): boolean {
  return (flags & (VM.EXEC | VM.WRITE | VM.GROWSDOWN)) === VM.EXEC
}

export function isStackMapping(flags: number): boolean {
  return (flags & VM.GROWSDOWN) !== 0
}

export function isDataMapping(flags: number): boolean {
  return (flags & (VM.WRITE | VM.SHARED | VM.GROWSDOWN)) === VM.WRITE
}

export { vmPerms as perms }

/** VmFlags in the order smaps prints them, each followed by a space in the file. */
export function vmFlagNames(flags: number): string[] {
  return VM_FLAG_CODES.filter(([bit]) => flags & bit).map(([, code]) => code)
}

const BITS = new Map(VM_FLAG_CODES.map(([bit, code]) => [code, bit]))

/** The reverse, for recorded smaps. Codes that stand for no bit kept here (mergeable, protection keys, …) are ignored. */
export function vmFlagsFromNames(codes: Iterable<string>): number {
  let flags = 0
  for (const code of codes) flags |= BITS.get(code) ?? 0
  return flags >>> 0
}
