/**
 * What /proc says of a process: status, the VMAs with their smaps numbers, pagemap, kpageflags and kpagecount.
 */
import { headOf } from '../../hw/folio.ts'
import type { Kernel } from '../../mm/kernel.ts'
import type { Process } from '../../mm/process.ts'
import { KPF, kpageCount, kpageFlags } from '../../mm/kpage.ts'
import { pagemapEntry } from '../../mm/procfs.ts'
import type { Vma } from '../../mm/vma.ts'
import { vmaPages } from '../../mm/vmaPages.ts'
import { perms, vmFlagNames } from '../../mm/vmFlags.ts'
import { MM } from '../../pgtable/fields.ts'
import { PAGE } from '../../trace/schema.ts'

/** Sizes in KiB as the kernel prints them; addresses are page numbers. */
export interface VmaSnapshot {
  start: number
  end: number
  perms: string
  /** Page offset in the file, 0 for anonymous memory. */
  pgoff: number
  name: string
  flags: string
  rssKb: number
  anonKb: number
  referencedKb: number
  privDirtyKb: number
  privCleanKb: number
  sharedDirtyKb: number
  sharedCleanKb: number
  anonHugeKb: number
  lazyFreeKb: number
  lockedKb: number
  privHugetlbKb: number
  sharedHugetlbKb: number
}

export interface StatusSnapshot {
  vmpteKb: number
  vmSizeKb: number
  vmDataKb: number
  vmStkKb: number
  /** Executable mappings together; status divides them into VmExe and VmLib by the program's text. */
  vmExecKb: number
  vmLckKb: number
  vmSwapKb: number
  hugetlbKb: number
}

export interface PageSnapshot {
  /** P present, F file or shared, X exclusively mapped, S soft-dirty. */
  flags: string
  /** Of present pages: letters of kpageflags, map count, frame. */
  kind: string
  mapcount: number
  frame: number
  /** Place of the page within its folio. */
  inFolio: number
  /** Part of the small or the huge zero page. */
  zero: boolean
}

export function statusOf(kernel: Kernel, { mm }: Process): StatusSnapshot {
  const pageKb = kernel.arch.pageSize / 1024
  return {
    vmpteKb: Math.floor(kernel.pt.accounting.bytes(mm, kernel.arch) / 1024),
    vmSizeKb: mm.get(MM.total_vm) * pageKb,
    vmDataKb: mm.get(MM.data_vm) * pageKb,
    vmStkKb: mm.get(MM.stack_vm) * pageKb,
    vmExecKb: mm.get(MM.exec_vm) * pageKb,
    vmLckKb: mm.get(MM.locked_vm) * pageKb,
    vmSwapKb: mm.get(MM.rss_swap) * pageKb,
    hugetlbKb: mm.get(MM.hugetlb_usage) * pageKb,
  }
}

export function vmasOf(kernel: Kernel, { mm }: Process): VmaSnapshot[] {
  return mm.vmas.range().map((vma) => vmaSnapshot(kernel, mm, vma))
}

function vmaSnapshot(kernel: Kernel, mm: Process['mm'], vma: Vma): VmaSnapshot {
  const pageKb = kernel.arch.pageSize / 1024
  const sums = vmaPages(kernel, mm, vma)
  return {
    start: vma.start,
    end: vma.end,
    perms: perms(vma.flags),
    pgoff: vma.file === null ? 0 : vma.pgoff,
    name: vma.name !== '' ? vma.name : (vma.file?.name ?? ''),
    flags: vmFlagNames(vma.flags).join(' '),
    rssKb: sums.rss * pageKb,
    anonKb: sums.anon * pageKb,
    referencedKb: sums.referenced * pageKb,
    privDirtyKb: sums.privateDirty * pageKb,
    privCleanKb: sums.privateClean * pageKb,
    sharedDirtyKb: sums.sharedDirty * pageKb,
    sharedCleanKb: sums.sharedClean * pageKb,
    anonHugeKb: sums.anonHuge * pageKb,
    lazyFreeKb: sums.lazyFree * pageKb,
    lockedKb: Math.floor(sums.locked * pageKb),
    privHugetlbKb: sums.privateHugetlb * pageKb,
    sharedHugetlbKb: sums.sharedHugetlb * pageKb,
  }
}

const LETTERS = [
  [63n, 'P'],
  [62n, 'W'],
  [61n, 'F'],
  [56n, 'X'],
  [55n, 'S'],
  [57n, 'U'],
] as const

export function pageOf(kernel: Kernel, { mm }: Process, page: number): PageSnapshot {
  const entry = pagemapEntry(kernel, mm, page)
  const flags = LETTERS.filter(([bit]) => (entry >> bit) & 1n)
    .map(([, letter]) => letter)
    .join('')
  if (!flags.startsWith('P')) return { flags, kind: '', mapcount: 0, frame: -1, inFolio: 0, zero: false }
  const frame = Number(entry & FRAME_BITS)
  return {
    flags,
    kind: kindOf(kernel, frame),
    mapcount: kpageCount(kernel, frame),
    frame,
    inFolio: frame - headOf(kernel.memory.frames, frame),
    zero: kernel.memory.frames.kind[frame] === PAGE.zero,
  }
}

/** Bits 0–54 of a pagemap entry. */
const FRAME_BITS = (1n << 55n) - 1n

const KINDS = [
  [KPF.MMAP, 'M'],
  [KPF.ANON, 'A'],
  [KPF.SWAPBACKED, 'B'],
  [KPF.COMPOUND_HEAD, 'H'],
  [KPF.COMPOUND_TAIL, 'L'],
  [KPF.HUGE, 'G'],
  [KPF.THP, 'T'],
  [KPF.ZERO_PAGE, 'Z'],
] as const

function kindOf(kernel: Kernel, frame: number): string {
  const bits = kpageFlags(kernel, frame)
  return KINDS.filter(([bit]) => Math.floor(bits / 2 ** bit) % 2 === 1)
    .map(([, letter]) => letter)
    .join('')
}
