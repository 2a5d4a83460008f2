/**
 * What must hold after every step of any history (DIGEST X.5): checked by looking at all of a kernel's state at once.
 */
import type { Kernel } from '../../mm/kernel.ts'
import type { MmStruct } from '../../mm/mmStruct.ts'
import type { Process } from '../../mm/process.ts'
import { high, low } from '../../mm/pages.ts'
import { headOf, mapcountOf } from '../../hw/folio.ts'
import { FRAME_HEAD, FRAME_PAGECACHE } from '../../hw/frames.ts'
import { MACHINE, MM } from '../../pgtable/fields.ts'
import { PAGE, TLB_WRITE } from '../../trace/schema.ts'

const TWO32 = 4294967296

/** References that the tables of all mms hold, and what was counted on the way. */
interface Census {
  references: Map<number, number>
  maps: Map<number, number>
  /** Tables that were looked at: one that several mms share counts for each, but is there once. */
  seen: Set<number>
}

/** Every violated property in words; empty when all hold. */
export function violations(kernel: Kernel): string[] {
  const found: string[] = []
  const census: Census = { references: new Map(), maps: new Map(), seen: new Set() }
  let ctorPages = 0
  for (const mm of mmsOf(kernel)) ctorPages += inspect(kernel, mm, census, found)
  const counted = kernel.vmstat.get(MACHINE.nr_page_table_pages)
  if (!sharesPages(kernel) && counted !== ctorPages)
    found.push(`P4: nr_page_table_pages is ${counted}, tables have ${ctorPages}`)
  for (const text of kernel.dmesg) found.push(`P2: ${text}`)
  checkFrames(kernel, census, found)
  checkTlbs(kernel, found)
  return found
}

/** Those that only CPUs still borrow too. */
function mmsOf(kernel: Kernel): MmStruct[] {
  return [...kernel.mms.values()]
}

function sharesPages(kernel: Kernel): boolean {
  return kernel.arch.levels.some((level) => level.perPage > 1)
}

/** P1: the counter is what the tables add up to. Returns the pages that their constructors counted. */
function inspect(kernel: Kernel, mm: MmStruct, census: Census, found: string[]): number {
  const sums = { counted: 0, ctorPages: 0, anon: 0, file: 0, shmem: 0 }
  for (const table of kernel.pt.hiddenTables(mm.id)) addTable(kernel, table, sums)
  visit(kernel, mm, mm.pgd, census, sums)
  const bytes = mm.get(MM.pgtables_bytes)
  if (bytes !== sums.counted)
    found.push(`P1: mm ${mm.id} pgtables_bytes ${bytes}, tables add up to ${sums.counted}`)
  for (const [field, name] of [
    [MM.rss_anon, 'anon'],
    [MM.rss_file, 'file'],
    [MM.rss_shmem, 'shmem'],
  ] as const) {
    if (mm.get(field) !== sums[name])
      found.push(`rss: mm ${mm.id} rss_${name} is ${mm.get(field)}, tables hold ${sums[name]}`)
  }
  if (mm.get(MM.map_count) !== mm.vmas.range().length) found.push(`map_count of mm ${mm.id}`)
  const pages = mm.vmas.range().reduce((sum, vma) => sum + vma.pages, 0)
  if (mm.get(MM.total_vm) !== pages)
    found.push(`total_vm of mm ${mm.id} is ${mm.get(MM.total_vm)}, VMAs have ${pages}`)
  return sums.ctorPages
}

interface Sums {
  counted: number
  ctorPages: number
  anon: number
  file: number
  shmem: number
}

function addTable(kernel: Kernel, table: number, sums: Sums): void {
  const level = kernel.pt.levels[kernel.memory.tables.depth[table]]
  sums.ctorPages += kernel.pt.ctorPages(level)
  sums.counted += level.counted
}

function visit(kernel: Kernel, mm: MmStruct, table: number, census: Census, sums: Sums): void {
  const { tables } = kernel.memory
  const depth = tables.depth[table]
  const level = kernel.pt.levels[depth]
  if (census.seen.has(table)) {
    sums.counted += level.counted
    return
  }
  census.seen.add(table)
  if (table === mm.pgd) sums.ctorPages += kernel.pt.ctorPages(level)
  else addTable(kernel, table, sums)
  for (let i = 0; i < kernel.pt.deposits.count(table); i++) {
    sums.counted += kernel.pt.levels[kernel.pt.last].counted
    sums.ctorPages += kernel.pt.ctorPages(kernel.pt.levels[kernel.pt.last])
  }
  for (let index = 0; index < level.entries; index++) {
    if (tables.untouched(table, index)) {
      index |= 31
      continue
    }
    const at = tables.at(table, index)
    const lo = tables.words[at]
    const hi = tables.words[at + 1]
    if (level.leaf !== null && (level.table === null || level.table.isLeaf(lo, hi)))
      countLeaf(kernel, depth, lo, hi, census, sums)
    else {
      const child = kernel.pt.child(table, index)
      if (child !== 0) visit(kernel, mm, child, census, sums)
    }
  }
}

function countLeaf(kernel: Kernel, depth: number, lo: number, hi: number, census: Census, sums: Sums): void {
  const level = kernel.pt.levels[depth]
  const leaf = level.leaf!
  if (!leaf.isPresent(lo, hi)) return
  const page = leaf.pfn(lo, hi)
  const { frames } = kernel.memory
  if (frames.kind[page] === PAGE.zero) return
  const pages = level.pages
  const head = headOf(frames, page)
  census.references.set(head, (census.references.get(head) ?? 0) + 1)
  for (let i = 0; i < pages; i++) census.maps.set(page + i, (census.maps.get(page + i) ?? 0) + 1)
  if (frames.kind[page] === PAGE.anon) sums.anon += pages
  else if (frames.kind[page] === PAGE.shmem) sums.shmem += pages
  else if (frames.kind[page] === PAGE.file) sums.file += pages
}

/** References of the page cache: one for each page of a folio, one for a page of hugetlb. */
function cacheReferences({ memory }: Kernel, head: number): number {
  const { frames } = memory
  if (frames.kind[head] === PAGE.anon) return 0
  if (frames.kind[head] === PAGE.hugetlb) return frames.flags[head] & FRAME_PAGECACHE ? 1 : 0
  return frames.flags[head] & FRAME_HEAD ? 2 ** frames.order[head] : 1
}

/** P10, P11: nothing is freed while mapped, nothing stays allocated that nobody refers to. */
function checkFrames(kernel: Kernel, census: Census, found: string[]): void {
  const { frames } = kernel.memory
  for (const [page, maps] of census.maps) {
    const counted = mapcountOf(frames, page)
    if (counted !== maps) found.push(`mapcount of frame ${page} is ${counted}, tables map it ${maps} times`)
    if (frames.kind[page] === PAGE.free) found.push(`P3: frame ${page} is mapped and free`)
  }
  for (const [head, references] of census.references) {
    const cached = cacheReferences(kernel, head)
    if (frames.refcount[head] !== references + cached) {
      found.push(`references of frame ${head}: counted ${frames.refcount[head]}, held ${references + cached}`)
    }
  }
}

/**
 * P3: no TLB entry of a loaded address space says more than the tables do. A CPU that only borrows it (lazy TLB) translates
 * nothing of the user's, and may be left out of shootdowns.
 */
function checkTlbs(kernel: Kernel, found: string[]): void {
  for (const cpu of kernel.cpus) {
    if (cpu.lazy) continue
    const process = kernel.processes.find((candidate) => candidate.mm.id === cpu.loadedMm)
    if (process !== undefined) checkTlb(kernel, cpu, process, found)
    checkWalkCache(kernel, cpu, found)
  }
}

/** P3 for paging-structure caches: what the walker would begin at is a table still. */
function checkWalkCache(kernel: Kernel, cpu: Kernel['cpu'], found: string[]): void {
  const { upper } = cpu.tlb
  upper?.forEach(({ slot, tag, table, frame }) => {
    if (tag !== cpu.tag || cpu.loadedMm === 0) return
    const { tables, frames } = kernel.memory
    if (tables.frame[table] !== frame || frames.freedAt[frame] > upper.filledAt[slot])
      found.push(`P3: CPU ${cpu.id} would walk from table ${table}, which is freed`)
  })
}

function checkTlb(kernel: Kernel, cpu: Kernel['cpu'], process: Process, found: string[]): void {
  const { walker } = kernel
  const { mm } = process
  cpu.tlb.forEach((entry) => {
    if (entry.tag !== cpu.tag) return
    const vpn = entry.vpnHi * TWO32 + entry.vpnLo
    const reached = walker.find(mm.pgd, mm.top, low(vpn), high(vpn))
    const leaf = kernel.pt.levels[walker.depth].leaf
    if (!reached || leaf === null || !leaf.hwValid(walker.lo, walker.hi)) {
      found.push(`P3: CPU ${cpu.id} still translates page ${vpn} of mm ${mm.id}`)
      return
    }
    const within = vpn % 2 ** kernel.pt.levels[walker.depth].pageShift
    if (leaf.pfn(walker.lo, walker.hi) + within !== entry.pfn)
      found.push(`P3: CPU ${cpu.id} has another frame for page ${vpn}`)
    if (entry.perms & TLB_WRITE && !leaf.hwWrite(walker.lo, walker.hi))
      found.push(`P3: CPU ${cpu.id} may still write page ${vpn}`)
  })
}
