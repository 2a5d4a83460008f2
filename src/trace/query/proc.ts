/** Files of /proc in the state after an event, written by the same code as those of a running machine. */
import type { ProcFile } from '../proc/files.ts'
import { kpageFlagNames, kpageFlagsOf } from '../proc/kpage.ts'
import { countMapped, meminfoText } from '../proc/meminfo.ts'
import { normalPage, pagemapHole, pagemapPage, pagemapWords } from '../proc/pagemap.ts'
import { usualRules } from '../proc/rules.ts'
import type { ProcRules } from '../proc/rules.ts'
import { account, accountHugetlb, noPages } from '../proc/smaps.ts'
import type { VmaPages } from '../proc/smaps.ts'
import { mapsLine, smapsEntry, statusText, vmstatText } from '../proc/text.ts'
import type { ProcVma } from '../proc/text.ts'
import { OBJECT } from '../replica/objects.ts'
import type { State } from '../replica/state.ts'
import { vpn } from '../replica/tlb.ts'
import { signed } from '../samples.ts'
import { FIELDS, OBJ, PAGE, VM, VMSTAT_NAMES } from '../schema.ts'
import type { Trace } from '../trace.ts'
import { forEachLeaf } from './leaves.ts'
import { ReplicaPages } from './pages.ts'
import { usersOf } from './tables.ts'

/** Lines of pagemap and the kpage files that are listed at most. */
const MAX_LINES = 5000
const VMA = Object.fromEntries(FIELDS.vma.map((name, i) => [name, i])) as Record<
  (typeof FIELDS.vma)[number],
  number
>
const FILE_DEVICE = FIELDS.file.indexOf('s_dev')
const [PROCESS_STATE, PROCESS_MM] = FIELDS.process.map((_, i) => i)

/** The state of a replica together with what its machine's /proc depends on. */
interface Place {
  state: State
  trace: Trace
  rules: ProcRules
  pages: ReplicaPages
}

/** Text of a file; empty when there is no such process any more (or yet). */
export function procText(state: State, trace: Trace, pid: number, file: ProcFile): string {
  const rules = trace.header.proc ?? usualRules(state.arch)
  const place = { state, trace, rules, pages: new ReplicaPages(state, rules) }
  if (file === 'vmstat') return vmstat(state)
  if (file === 'meminfo') return meminfo(place)
  if (file === 'kpagecount' || file === 'kpageflags') return kpages(place, file)
  if (!lives(state, pid)) return ''
  const mm = state.objects.lo(OBJ.process, pid, PROCESS_MM)
  if (file === 'status') return status(place, pid, mm)
  const vmas = vmasOf(state, trace, mm)
  if (file === 'maps') return vmas.map((vma) => mapsLine(state.arch, vma)).join('')
  return file === 'smaps' ? smaps(place, mm, vmas) : pagemap(place, mm, vmas)
}

/** Living processes in order of number. */
export function processesOf(state: State, trace: Trace): { pid: number; name: string }[] {
  const list: { pid: number; name: string }[] = []
  state.objects.forEach(OBJ.process, (pid) => {
    if (lives(state, pid)) list.push({ pid, name: nameOf(state, trace, pid) })
  })
  return list
}

function lives(state: State, pid: number): boolean {
  const { objects } = state
  return (
    objects.head(OBJ.process, pid, OBJECT.alive) === 1 && objects.lo(OBJ.process, pid, PROCESS_STATE) === 0
  )
}

function nameOf(state: State, trace: Trace, pid: number): string {
  return trace.text(state.objects.head(OBJ.process, pid, OBJECT.name))
}

function status({ state, trace, rules }: Place, pid: number, mm: number): string {
  const field = (name: string): number => {
    const number = (FIELDS.mm as readonly string[]).indexOf(name)
    return signed(state.objects.lo(OBJ.mm, mm, number), state.objects.hi(OBJ.mm, mm, number))
  }
  const name = nameOf(state, trace, pid)
  return statusText(state.arch, { name, pid, field, tables: rules.tableLines })
}

function vmasOf(state: State, trace: Trace, mm: number): ProcVma[] {
  const { objects } = state
  const found: ProcVma[] = []
  objects.forEach(OBJ.vma, (id) => {
    if (objects.head(OBJ.vma, id, OBJECT.owner) !== mm) return
    const number = (field: number): number =>
      vpn(objects.lo(OBJ.vma, id, field), objects.hi(OBJ.vma, id, field))
    const file = number(VMA.vm_file)
    found.push({
      start: number(VMA.vm_start),
      end: number(VMA.vm_end),
      flags: number(VMA.vm_flags),
      pgoff: number(VMA.vm_pgoff),
      inode: file,
      device: file === 0 ? 0 : objects.lo(OBJ.file, file, FILE_DEVICE),
      name:
        trace.text(objects.head(OBJ.vma, id, OBJECT.name)) ||
        (file === 0 ? '' : trace.text(objects.head(OBJ.file, file, OBJECT.name))),
    })
  })
  return found.sort((x, y) => x.start - y.start)
}

function smaps({ state, rules, pages }: Place, mm: number, vmas: readonly ProcVma[]): string {
  const sums = vmas.map(() => noPages())
  const { arch } = state
  const isShared = sharing(state)
  forEachLeaf(state, mm, (at, level, lo, hi, table) => {
    const { leaf } = level
    const size = level.pages
    const i = vmaAt(vmas, at, at + size)
    if (i < 0 || !leaf?.isPresent(lo, hi)) return
    const page = level.pageShift === 0 ? normalPage(arch, rules.zeroFrame, lo, hi) : leaf.pfn(lo, hi)
    if (page < 0 || pages.kind(page) === PAGE.zero) return
    if (vmas[i].flags & VM.HUGETLB) accountHugetlb(pages, sums[i], page, size, isShared(table))
    else account(pages, sums[i], page, size, leaf.isYoung(lo, hi), leaf.isDirty(lo, hi))
  })
  return vmas.map((vma, i) => smapsEntry(arch, vma, locked(vma, sums[i]), rules.hugetlbOrder)).join('')
}

/** Whether several mms use a table; each is asked about once. */
function sharing(state: State): (table: number) => boolean {
  const known = new Map<number, boolean>()
  return (table) => {
    const found = known.get(table) ?? usersOf(state, table) > 1
    known.set(table, found)
    return found
  }
}

function locked(vma: ProcVma, sums: VmaPages): VmaPages {
  return vma.flags & VM.LOCKED ? { ...sums, locked: sums.proportional } : sums
}

/** Index of the first VMA that has a page in [from, to), or −1. */
function vmaAt(vmas: readonly ProcVma[], from: number, to: number): number {
  let low = 0
  let high = vmas.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (vmas[middle].end <= from) low = middle + 1
    else high = middle
  }
  return low < vmas.length && vmas[low].start < to ? low : -1
}

/** One line for every page that says something, one for each run of pages that do not. */
function pagemap({ state, rules, pages }: Place, mm: number, vmas: readonly ProcVma[]): string {
  const values = new Map<number, bigint>()
  forEachLeaf(state, mm, (at, level, lo, hi) => {
    const size = level.pages
    const i = vmaAt(vmas, at, at + size)
    if (i < 0 || values.size >= MAX_LINES) return
    const normal =
      level.pageShift === 0 && level.leaf?.isPresent(lo, hi)
        ? normalPage(state.arch, rules.zeroFrame, lo, hi)
        : -1
    for (let page = Math.max(at, vmas[i].start); page < Math.min(at + size, vmas[i].end); page++)
      values.set(page, pagemapPage(pages, rules, level, page, lo, hi, vmas[i].flags, normal))
  })
  const lines: string[] = []
  for (const vma of vmas) pagemapOfVma(lines, state, vma, values, pagemapHole(rules, vma.flags))
  return listed(lines)
}

function pagemapOfVma(
  lines: string[],
  { arch }: State,
  vma: ProcVma,
  values: ReadonlyMap<number, bigint>,
  hole: bigint,
): void {
  const address = (page: number) => (BigInt(page) * BigInt(arch.pageSize)).toString(16).padStart(8, '0')
  let holes = 0
  const flushHoles = (end: number) => {
    if (holes > 0) lines.push(`${address(end - holes)} ${word(hole)} ${pagemapWords(hole)}${times(holes)}`)
    holes = 0
  }
  for (let page = vma.start; page < vma.end && lines.length <= MAX_LINES; page++) {
    const value = values.get(page) ?? hole
    if (value === hole) {
      holes++
      continue
    }
    flushHoles(page)
    lines.push(`${address(page)} ${word(value)} ${pagemapWords(value)}`)
  }
  flushHoles(vma.end)
}

/** The frames in use: one line for each run of neighbours that show the same. */
function kpages({ state, rules, pages }: Place, file: 'kpagecount' | 'kpageflags'): string {
  const lines: string[] = []
  let first = -1
  let last = -1
  let shown = 0
  const flush = () => {
    if (first < 0) return
    const range =
      first === last ? `0x${first.toString(16)}` : `0x${first.toString(16)}-0x${last.toString(16)}`
    const text =
      file === 'kpagecount' ? `${shown}` : `${word(BigInt(shown))} ${kpageFlagNames(shown).join(' ')}`
    lines.push(`${range} ${text}${times(last - first + 1)}`)
  }
  state.frames.forEach((head, order) => {
    for (let frame = head; frame < head + 2 ** order && lines.length <= MAX_LINES; frame++) {
      const value =
        file === 'kpagecount' ? pages.mapcount(frame) : kpageFlagsOf(pages, rules.tailsShowFolioFlags, frame)
      if (frame !== last + 1 || value !== shown) {
        flush()
        first = frame
        shown = value
      }
      last = frame
    }
  })
  flush()
  return listed(lines)
}

function vmstat(state: State): string {
  return vmstatText(VMSTAT_NAMES.map((name) => [name, counter(state, name)]))
}

function meminfo({ state, rules, pages }: Place): string {
  const mapped = { anon: 0, file: 0 }
  state.frames.forEach((head, order) => {
    for (let frame = head; frame < head + 2 ** order; frame++) countMapped(pages, frame, mapped)
  })
  return meminfoText({
    pageSize: state.arch.pageSize,
    hpageOrder: state.arch.hpageOrder,
    hugetlbOrder: rules.hugetlbOrder,
    totalPages: rules.totalPages,
    mapped,
    counter: (name) => counter(state, name),
  })
}

function counter({ objects }: State, name: string): number {
  const field = (FIELDS.machine as readonly string[]).indexOf(name)
  return signed(objects.lo(OBJ.machine, 0, field), objects.hi(OBJ.machine, 0, field))
}

function word(value: bigint): string {
  return `0x${value.toString(16).padStart(16, '0')}`
}

function times(count: number): string {
  return count === 1 ? '' : ` (${count} pages)`
}

function listed(lines: string[]): string {
  if (lines.length > MAX_LINES)
    lines.splice(MAX_LINES, Infinity, `… more than ${MAX_LINES} lines: the rest is left out`)
  return lines.map((line) => `${line}\n`).join('')
}
