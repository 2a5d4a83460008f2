/**
 * /proc/PID files in the kernel's own formats (fs/proc/task_mmu.c, 6.12).
 */
import { headOf, mapcountOf } from '../hw/folio.ts'
import { MM } from '../pgtable/fields.ts'
import { PAGE, VM } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { vmNormalPage } from './normalPage.ts'
import { high, low } from './pages.ts'
import type { Process } from './process.ts'
import type { Vma } from './vma.ts'
import { vmaPages } from './vmaPages.ts'
import { perms, vmFlagNames } from './vmFlags.ts'

/** Column at which maps prints names. */
const NAME_COLUMN = 73

export function maps(kernel: Kernel, mm: MmStruct): string {
  return mm.vmas
    .range()
    .map((vma) => mapsLine(kernel, vma))
    .join('')
}

function mapsLine(kernel: Kernel, vma: Vma): string {
  const { pageSize, bits } = kernel.arch
  const address = (page: number): string => (BigInt(page) * BigInt(pageSize)).toString(16).padStart(8, '0')
  const offset = vma.file === null ? 0n : BigInt(vma.pgoff) * BigInt(pageSize)
  const head = `${address(vma.start)}-${address(vma.end)} ${perms(vma.flags)} ${offset.toString(16).padStart(8, '0')} 00:00 ${vma.file?.id ?? 0}`
  const name = vma.name !== '' ? vma.name : (vma.file?.name ?? '')
  return name === '' ? `${head} \n` : `${head} `.padEnd(bits === 64 ? NAME_COLUMN : 49) + `${name}\n`
}

export function smaps(kernel: Kernel, mm: MmStruct): string {
  return mm.vmas
    .range()
    .map((vma) => mapsLine(kernel, vma) + smapsBody(kernel, mm, vma))
    .join('')
}

function smapsBody(kernel: Kernel, mm: MmStruct, vma: Vma): string {
  const sums = vmaPages(kernel, mm, vma)
  const pageKb = kernel.arch.pageSize / 1024
  const line = (name: string, pages: number): string =>
    `${`${name}:`.padEnd(16)}${String(Math.floor(pages * pageKb)).padStart(8)} kB\n`
  return (
    line('Size', vma.pages) +
    line('KernelPageSize', 1) +
    line('MMUPageSize', 1) +
    line('Rss', sums.rss) +
    line('Pss', sums.proportional) +
    line('Shared_Clean', sums.sharedClean) +
    line('Shared_Dirty', sums.sharedDirty) +
    line('Private_Clean', sums.privateClean) +
    line('Private_Dirty', sums.privateDirty) +
    line('Referenced', sums.referenced) +
    line('Anonymous', sums.anon) +
    line('LazyFree', sums.lazyFree) +
    line('AnonHugePages', sums.anonHuge) +
    line('Shared_Hugetlb', sums.sharedHugetlb) +
    line('Private_Hugetlb', sums.privateHugetlb) +
    line('Locked', sums.locked) +
    `VmFlags: ${vmFlagNames(vma.flags).join(' ')} \n`
  )
}

/** The memory lines of /proc/PID/status. */
export function status(kernel: Kernel, process: Process): string {
  const { mm } = process
  const pageKb = kernel.arch.pageSize / 1024
  const line = (name: string, kb: number): string => `${name}:\t${String(Math.floor(kb)).padStart(8)} kB\n`
  const pages = (field: number): number => mm.get(field) * pageKb
  const rss = pages(MM.rss_anon) + pages(MM.rss_file) + pages(MM.rss_shmem)
  return (
    `Name:\t${process.name}\nPid:\t${process.pid}\n` +
    line('VmSize', pages(MM.total_vm)) +
    line('VmLck', pages(MM.locked_vm)) +
    line('VmPin', pages(MM.pinned_vm)) +
    line('VmRSS', rss) +
    line('RssAnon', pages(MM.rss_anon)) +
    line('RssFile', pages(MM.rss_file)) +
    line('RssShmem', pages(MM.rss_shmem)) +
    line('VmData', pages(MM.data_vm)) +
    line('VmStk', pages(MM.stack_vm)) +
    line('VmExe', pages(MM.exec_vm)) +
    kernel.pt.accounting
      .status(mm, kernel.arch)
      .map(({ name, bytes }) => line(name, bytes / 1024))
      .join('') +
    line('VmSwap', pages(MM.rss_swap))
  )
}

const PM_PRESENT = 1n << 63n
const PM_FILE = 1n << 61n
const PM_MMAP_EXCLUSIVE = 1n << 56n
const PM_SOFT_DIRTY = 1n << 55n

/** One entry of /proc/PID/pagemap (pte_to_pagemap_entry, pagemap_pmd_range, pagemap_hugetlb_range). */
export function pagemapEntry(kernel: Kernel, mm: MmStruct, vpn: number): bigint {
  const vma = mm.vmas.containing(vpn)
  const { softDirty } = kernel.behaviour
  const dirtyVma = vma !== null && softDirty && (vma.flags & VM.SOFTDIRTY) !== 0 ? PM_SOFT_DIRTY : 0n
  const { walker } = kernel
  if (vma === null || !walker.find(mm.pgd, mm.top, low(vpn), high(vpn))) return dirtyVma
  const { lo, hi } = walker
  const level = kernel.arch.levels[walker.depth]
  const leaf = level.leaf!
  if (!leaf.isPresent(lo, hi)) return dirtyVma
  const frame = leaf.pfn(lo, hi) + (vpn % 2 ** level.pageShift)
  let entry = PM_PRESENT | BigInt(frame) | dirtyVma
  if (softDirty && leaf.isSoftDirty(lo, hi)) entry |= PM_SOFT_DIRTY
  if (level.pageShift === 0 && vmNormalPage(kernel, vma, vpn, lo, hi) < 0) return entry
  const { frames } = kernel.memory
  const kind = frames.kind[frame]
  if (kind !== PAGE.anon && kind !== PAGE.hugetlb) entry |= PM_FILE
  if (mapcountOf(frames, exclusiveBy(kernel, frame, level.pageShift)) === 1) entry |= PM_MMAP_EXCLUSIVE
  return entry
}

/** The page whose map count says whether a page is exclusively mapped. */
function exclusiveBy(kernel: Kernel, frame: number, pageShift: number): number {
  return pageShift > 0 && kernel.behaviour.hugeExclusiveByHead ? headOf(kernel.memory.frames, frame) : frame
}
