/**
 * /proc/PID files in the kernel's own formats (fs/proc/task_mmu.c, 6.12).
 */
import { MM } from '../pgtable/fields.ts'
import { PAGE, VM } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { vmNormalPage } from './normalPage.ts'
import { isDirtyPage, isReferencedPage } from './pageFlags.ts'
import { high, low } from './pages.ts'
import type { Process } from './process.ts'
import type { Vma } from './vma.ts'
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

/** Page counts of one VMA, as smaps sums them. */
export interface VmaPages {
  rss: number
  anon: number
  privateClean: number
  privateDirty: number
  sharedClean: number
  sharedDirty: number
  referenced: number
  /** Pages weighted by one over their mapcount. */
  proportional: number
}

export function vmaPages(kernel: Kernel, mm: MmStruct, vma: Vma): VmaPages {
  const sums: VmaPages = {
    rss: 0,
    anon: 0,
    privateClean: 0,
    privateDirty: 0,
    sharedClean: 0,
    sharedDirty: 0,
    referenced: 0,
    proportional: 0,
  }
  const { frames } = kernel.memory
  const { pte } = kernel.arch
  eachPresent(kernel, mm, vma, (page, lo, hi) => {
    const shared = frames.mapcount[page] > 1
    const dirty = pte.isDirty(lo, hi) || isDirtyPage(frames, page)
    sums.rss++
    if (frames.kind[page] === PAGE.anon) sums.anon++
    if (pte.isYoung(lo, hi) || isReferencedPage(frames, page)) sums.referenced++
    sums.proportional += 1 / frames.mapcount[page]
    if (shared) sums[dirty ? 'sharedDirty' : 'sharedClean']++
    else sums[dirty ? 'privateDirty' : 'privateClean']++
  })
  return sums
}

function eachPresent(
  kernel: Kernel,
  mm: MmStruct,
  vma: Vma,
  visit: (page: number, lo: number, hi: number) => void,
): void {
  const { walker } = kernel
  const { pte } = kernel.arch
  for (let vpn = vma.start; vpn < vma.end;) {
    const found = walker.find(mm.pgd, mm.top, low(vpn), high(vpn))
    if (!found) {
      vpn = skipHole(kernel, vpn, walker.depth)
      continue
    }
    if (pte.isPresent(walker.lo, walker.hi)) {
      const page = vmNormalPage(kernel, vma, vpn, walker.lo, walker.hi)
      if (page >= 0) visit(page, walker.lo, walker.hi)
    }
    vpn++
  }
}

/** First page past what an empty entry at `depth` covers. */
function skipHole(kernel: Kernel, vpn: number, depth: number): number {
  const size = 2 ** kernel.arch.levels[depth].pageShift
  return Math.floor(vpn / size) * size + size
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
    line('VmPTE', kernel.pt.accounting.bytes(mm, kernel.arch) / 1024) +
    line('VmSwap', pages(MM.rss_swap))
  )
}

const PM_PRESENT = 1n << 63n
const PM_FILE = 1n << 61n
const PM_MMAP_EXCLUSIVE = 1n << 56n
const PM_SOFT_DIRTY = 1n << 55n

/** One entry of /proc/PID/pagemap (pte_to_pagemap_entry). */
export function pagemapEntry(kernel: Kernel, mm: MmStruct, vpn: number): bigint {
  const vma = mm.vmas.containing(vpn)
  const dirtyVma =
    vma !== null && kernel.behaviour.softDirty && (vma.flags & VM.SOFTDIRTY) !== 0 ? PM_SOFT_DIRTY : 0n
  if (vma === null || !kernel.walker.find(mm.pgd, mm.top, low(vpn), high(vpn))) return dirtyVma
  const { lo, hi } = kernel.walker
  const { pte } = kernel.arch
  if (!pte.isPresent(lo, hi)) return dirtyVma
  const frame = pte.pfn(lo, hi)
  const page = vmNormalPage(kernel, vma, vpn, lo, hi)
  let entry = PM_PRESENT | BigInt(frame) | dirtyVma
  if (kernel.behaviour.softDirty && pte.isSoftDirty(lo, hi)) entry |= PM_SOFT_DIRTY
  if (page < 0) return entry
  const { frames } = kernel.memory
  if (frames.kind[page] !== PAGE.anon) entry |= PM_FILE
  if (frames.mapcount[page] === 1) entry |= PM_MMAP_EXCLUSIVE
  return entry
}
