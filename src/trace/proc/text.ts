/**
 * /proc/PID files as text, in the kernel's own formats (fs/proc/task_mmu.c, fs/proc/array.c, 6.12). Plain numbers in, so
 * that a running machine and a replica print the same.
 */
import { VM } from '../schema.ts'
import { vmFlagCodes, vmPerms } from '../vmFlagNames.ts'
import type { TableLine } from './rules.ts'
import type { VmaPages } from './smaps.ts'

/** Bytes of a page and bits of a pointer. */
export interface ProcArch {
  pageSize: number
  bits: number
}

/** A VMA; start, end and pgoff in pages. */
export interface ProcVma {
  start: number
  end: number
  flags: number
  pgoff: number
  /** Inode number, 0 without a file. */
  inode: number
  /** dev_t of the file system: major number · 2^20 + minor; 0 without a file. */
  device: number
  name: string
}

export function mapsLine({ pageSize, bits }: ProcArch, vma: ProcVma): string {
  const address = (page: number): string => (BigInt(page) * BigInt(pageSize)).toString(16).padStart(8, '0')
  const offset = vma.inode === 0 ? 0 : vma.pgoff
  const head = `${address(vma.start)}-${address(vma.end)} ${vmPerms(vma.flags)} ${address(offset)} ${deviceText(vma.device)} ${vma.inode}`
  // seq_pad(m, 25 + sizeof(void *) * 6 - 1)
  return vma.name === '' ? `${head} \n` : `${head} `.padEnd(bits === 64 ? 73 : 49) + `${vma.name}\n`
}

/** %02x:%02x of major and minor number */
function deviceText(device: number): string {
  const two = (n: number): string => n.toString(16).padStart(2, '0')
  return `${two(device >>> 20)}:${two(device & 0xfffff)}`
}

/** One VMA of smaps. `hugetlbOrder`: log2 base pages of a hugetlb page. */
export function smapsEntry(arch: ProcArch, vma: ProcVma, sums: VmaPages, hugetlbOrder: number): string {
  const pageKb = arch.pageSize / 1024
  const unit = vma.flags & VM.HUGETLB ? 2 ** hugetlbOrder : 1
  const line = (name: string, pages: number): string =>
    `${`${name}:`.padEnd(16)}${String(Math.floor(pages * pageKb)).padStart(8)} kB\n`
  return (
    mapsLine(arch, vma) +
    line('Size', vma.end - vma.start) +
    line('KernelPageSize', unit) +
    line('MMUPageSize', unit) +
    line('Rss', sums.rss) +
    line('Pss', sums.proportional) +
    line('Pss_Dirty', sums.proportionalDirty) +
    line('Shared_Clean', sums.sharedClean) +
    line('Shared_Dirty', sums.sharedDirty) +
    line('Private_Clean', sums.privateClean) +
    line('Private_Dirty', sums.privateDirty) +
    line('Referenced', sums.referenced) +
    line('Anonymous', sums.anon) +
    line('LazyFree', sums.lazyFree) +
    line('AnonHugePages', sums.anonHuge) +
    line('ShmemPmdMapped', sums.shmemHuge) +
    line('Shared_Hugetlb', sums.sharedHugetlb) +
    line('Private_Hugetlb', sums.privateHugetlb) +
    line('Locked', sums.locked) +
    `VmFlags: ${vmFlagCodes(vma.flags)} \n`
  )
}

/** What status says of a process; `field` reads mm_struct by the trace's field names. */
export interface ProcStatus {
  name: string
  pid: number
  field(name: string): number
  tables: readonly TableLine[]
}

/** The memory lines of /proc/PID/status (task_mem). */
export function statusText({ pageSize }: ProcArch, { name, pid, field, tables }: ProcStatus): string {
  const line = (label: string, bytes: number): string =>
    `${label}:\t${String(Math.floor(bytes / 1024)).padStart(8)} kB\n`
  const sum = (fields: string[]): number => fields.reduce((all, each) => all + field(each), 0)
  const pages = (label: string, ...fields: string[]): string => line(label, sum(fields) * pageSize)
  const peak = (label: string, hiwater: number, ...fields: string[]): string =>
    line(label, Math.max(hiwater, sum(fields)) * pageSize)
  return (
    `Name:\t${name}\nPid:\t${pid}\n` +
    peak('VmPeak', field('hiwater_vm'), 'total_vm') +
    pages('VmSize', 'total_vm') +
    pages('VmLck', 'locked_vm') +
    pages('VmPin', 'pinned_vm') +
    peak('VmHWM', field('hiwater_rss'), 'rss_anon', 'rss_file', 'rss_shmem') +
    pages('VmRSS', 'rss_anon', 'rss_file', 'rss_shmem') +
    pages('RssAnon', 'rss_anon') +
    pages('RssFile', 'rss_file') +
    pages('RssShmem', 'rss_shmem') +
    pages('VmData', 'data_vm') +
    pages('VmStk', 'stack_vm') +
    pages('VmExe', 'exec_vm') +
    tables.map((each) => line(each.name, field(each.field) * each.bytes)).join('') +
    pages('VmSwap', 'rss_swap') +
    pages('HugetlbPages', 'hugetlb_usage')
  )
}

/** /proc/vmstat: one counter a line. */
export function vmstatText(counters: readonly (readonly [string, number])[]): string {
  return counters.map(([name, value]) => `${name} ${value}\n`).join('')
}
