/** vm_flags in words: the letters of /proc/PID/maps and the codes of smaps' VmFlags line (fs/proc/task_mmu.c, 6.12). */
import { VM } from './schema.ts'

/** Code of each bit of VmFlags, in the order of the bits, as smaps prints them. Bits without a code are left out. */
export const VM_FLAG_CODES: readonly [number, string][] = [
  [VM.READ, 'rd'],
  [VM.WRITE, 'wr'],
  [VM.EXEC, 'ex'],
  [VM.SHARED, 'sh'],
  [VM.MAYREAD, 'mr'],
  [VM.MAYWRITE, 'mw'],
  [VM.MAYEXEC, 'me'],
  [VM.MAYSHARE, 'ms'],
  [VM.GROWSDOWN, 'gd'],
  [VM.UFFD_MISSING, 'um'],
  [VM.PFNMAP, 'pf'],
  [VM.UFFD_WP, 'uw'],
  [VM.LOCKED, 'lo'],
  [VM.IO, 'io'],
  [VM.SEQ_READ, 'sr'],
  [VM.RAND_READ, 'rr'],
  [VM.DONTCOPY, 'dc'],
  [VM.DONTEXPAND, 'de'],
  [VM.LOCKONFAULT, 'lf'],
  [VM.ACCOUNT, 'ac'],
  [VM.NORESERVE, 'nr'],
  [VM.HUGETLB, 'ht'],
  [VM.SYNC, 'sf'],
  [VM.ARCH_1, 'ar'],
  [VM.WIPEONFORK, 'wf'],
  [VM.DONTDUMP, 'dd'],
  [VM.SOFTDIRTY, 'sd'],
  [VM.MIXEDMAP, 'mm'],
  [VM.HUGEPAGE, 'hg'],
  [VM.NOHUGEPAGE, 'nh'],
]

/** The permissions column of /proc/PID/maps. */
export function vmPerms(flags: number): string {
  const letter = (bit: number, yes: string, no: string) => (flags & bit ? yes : no)
  return (
    letter(VM.READ, 'r', '-') +
    letter(VM.WRITE, 'w', '-') +
    letter(VM.EXEC, 'x', '-') +
    letter(VM.MAYSHARE, 's', 'p')
  )
}

export function vmFlagCodes(flags: number): string {
  return VM_FLAG_CODES.filter(([bit]) => flags & bit)
    .map(([, code]) => code)
    .join(' ')
}
