/** /proc/PID files of a running machine; how they are written is in src/trace/proc. */
import type { ProcRules } from '../trace/proc/rules.ts'
import { mapsLine, smapsEntry, statusText, type ProcVma } from '../trace/proc/text.ts'
import { pagemapHole, pagemapPage } from '../trace/proc/pagemap.ts'
import { FIELDS } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import { UNITS } from './layout/units.ts'
import type { MmStruct } from './mmStruct.ts'
import { vmNormalPage } from './normalPage.ts'
import { FramePages } from './pageFacts.ts'
import { high, low } from './pages.ts'
import type { Process } from './process.ts'
import type { Vma } from './vma.ts'
import { vmaPages } from './vmaPages.ts'

export function maps(kernel: Kernel, mm: MmStruct): string {
  return mm.vmas
    .range()
    .map((vma) => mapsLine(kernel.arch, shown(vma)))
    .join('')
}

export function smaps(kernel: Kernel, mm: MmStruct): string {
  const { arch, behaviour } = kernel
  return mm.vmas
    .range()
    .map((vma) => smapsEntry(arch, shown(vma), vmaPages(kernel, mm, vma), behaviour.hugetlbOrder))
    .join('')
}

function shown({ start, end, flags, pgoff, file, name }: Vma): ProcVma {
  return {
    start,
    end,
    flags,
    pgoff,
    inode: file?.id ?? 0,
    device: file?.device ?? 0,
    name: name !== '' ? name : (file?.name ?? ''),
  }
}

/** The memory lines of /proc/PID/status. */
export function status(kernel: Kernel, { name, pid, mm }: Process): string {
  const field = (wanted: string): number =>
    mm.seenBy(UNITS.taskMmu, () => mm.get((FIELDS.mm as readonly string[]).indexOf(wanted)))
  return statusText(kernel.arch, { name, pid, field, tables: kernel.pt.accounting.statusLines(kernel.arch) })
}

/** One entry of /proc/PID/pagemap. */
export function pagemapEntry(kernel: Kernel, mm: MmStruct, vpn: number): bigint {
  const { arch, walker, behaviour } = kernel
  const vma = mm.vmas.containing(vpn)
  if (vma === null || !walker.find(mm.pgd, mm.top, low(vpn), high(vpn)))
    return pagemapHole(behaviour, vma?.flags ?? null)
  const { lo, hi } = walker
  const level = arch.levels[walker.depth]
  const normal = level.pageShift === 0 ? vmNormalPage(kernel, vma, vpn, lo, hi) : -1
  return pagemapPage(new FramePages(kernel.memory.frames), behaviour, level, vpn, lo, hi, vma.flags, normal)
}

/** What a replica of this machine must know to print the same. */
export function procRules(kernel: Kernel): ProcRules {
  const { softDirty, tailsShowFolioFlags, hugeExclusiveByHead, hugetlbOrder } = kernel.behaviour
  return {
    zeroFrame: kernel.memory.zeroFrame,
    totalPages: kernel.memory.allocator.total,
    softDirty,
    tailsShowFolioFlags,
    hugeExclusiveByHead,
    hugetlbOrder,
    tableLines: kernel.pt.accounting.statusLines(kernel.arch),
  }
}
