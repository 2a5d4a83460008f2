/** The page of one variant as sections of named rows: what the command line prints and the app shows and compares. */
import { NO_CONTEXTS, type ContextSpec } from './context.ts'
import { USUAL_TLB, type TlbHardware } from './tlbHardware.ts'
import type { ArchDetails, EntryDetails, LevelDetails } from './describe.ts'

export interface DetailRow {
  /** Unique within the section, the same for every variant: rows of two variants are matched by it. */
  name: string
  value: string
}

export interface DetailSection {
  id: string
  title: string
  rows: DetailRow[]
  /** Entries of tables: the fields from the highest bit down, without gaps. */
  diagram?: { width: 32 | 64; fields: { name: string; hi: number; lo: number; kind: string }[] }
}

type Pair = readonly [name: string, value: string]

export function sectionsOf(details: ArchDetails): DetailSection[] {
  const { uncertain, oddities, diff61, sources } = details
  return [
    section('identity', 'Identity', identityRows(details)),
    section('features', 'Features', featureRows(details)),
    section('levels', 'Levels', levelRows(details)),
    section('space', 'Address space', spaceRows(details)),
    section('alloc', 'Allocation and accounting', allocRows(details)),
    section('pgd', 'A new pgd', pgdRows(details)),
    section('sync', 'Kernel entries of other processes', syncRows(details)),
    section('special', 'Special mappings and software bits', specialRows(details)),
    section('huge', 'Huge pages', hugeRows(details)),
    ...details.entries.map(entrySection),
    section('prot', 'Protection map', protRows(details)),
    section('tlb', 'TLB', tlbRows(details)),
    ...details.maps.map(mapSection),
    section('uncertain', 'Uncertain', numbered(uncertain)),
    section('oddities', 'Oddities', numbered(oddities)),
    section('diff61', 'Different in 6.1', numbered(diff61)),
    section(
      'sources',
      'Sources',
      Object.entries(sources).map(([what, where]) => [what, where.join('; ')]),
    ),
  ].filter((each) => each.rows.length > 0)
}

/** Empty values say so; equal names get a number, so that each row can be found by its name. */
function section(id: string, title: string, pairs: readonly Pair[]): DetailSection {
  const seen = new Map<string, number>()
  const rows = pairs.map(([name, value]) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return { name: count === 1 ? name : `${name} (${count})`, value: value === '' ? 'not recorded' : value }
  })
  return { id, title, rows }
}

function numbered(texts: readonly string[]): Pair[] {
  return texts.map((text, index) => [String(index + 1), text])
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no'
}

function identityRows(details: ArchDetails): Pair[] {
  return [
    ['id', details.id],
    ['also called', details.aliases.join(', ') || 'nothing else'],
    ['family', `arch/${details.family}`],
    ['name', details.name],
    ['word', `${details.bits} bits, ${details.endian}-endian`],
    ['page size', bytesText(details.pageSize)],
    ['virtual address', `${details.vaBits} bits`],
    ['facts from kernel', details.kernel],
    ['last kernel', details.lastKernel ?? 'still in the kernel'],
    ['verified by', details.verifiedBy],
    [
      'mechanisms',
      details.habits.map(({ name, meaning }) => `${name}: ${meaning}`).join('; ') || 'none of its own',
    ],
  ]
}

function featureRows({ features, siblings }: ArchDetails): Pair[] {
  const own = features.map<Pair>((f) => [
    f.name,
    `${f.default ? 'on' : 'off'} by default · ${f.kind} · ${f.meaning} (${f.source})`,
  ])
  const others = siblings.map<Pair>((s) => [
    `${s.feature} ${s.value ? 'on' : 'off'}`,
    `is the variant ${s.id}`,
  ])
  return [...own, ...others]
}

function levelRows({ levels, folded, runtimeFold, growsInto }: ArchDetails): Pair[] {
  const rows = levels.map<Pair>((l) => [
    l.name,
    `address bits ${l.top}–${l.shift} · ${l.entries} entries of ${l.entryBytes} bytes · table ${bytesText(l.tableBytes)} · an entry covers ${powerText(l.shift)}`,
  ])
  for (const f of folded) {
    const since = f.markedSince === undefined ? '' : `, marked since ${f.markedSince}`
    rows.push([f.level, `folded ${foldedWhen(f.when)}: ${f.how}${since}`])
  }
  if (runtimeFold !== null) rows.push(['folding at run time', runtimeFold])
  if (growsInto !== null) rows.push(['grows into', growsInto])
  return rows
}

function foldedWhen(when: string): string {
  return { always: 'when compiled', boot: 'at boot', mm: 'for each mm' }[when] ?? when
}

function spaceRows({ space }: ArchDetails): Pair[] {
  const { highHint, mmap } = space
  const hint =
    highHint === null
      ? 'none'
      : `a hint above ${highHint.from} opens the space up to ${highHint.limit}; what does not fit goes into the ${highHint.fallback === 'large' ? 'large space' : 'window'}`
  return [
    ['TASK_SIZE', space.taskSize],
    ['mmap window ends at', space.mmapWindow],
    ['high hint', hint],
    ['FIRST_USER_ADDRESS', space.firstUserAddress],
    ['user entries of the top table', String(space.userTopEntries)],
    ['STACK_TOP', space.stackTop],
    [
      'mmap searches',
      `${mmap.direction}, from ${mmap.direction === 'top-down' ? mmap.top : mmap.bottomUpBase} (${mmap.source})`,
    ],
    ['mmap_min_addr', space.mmapMinAddr],
    ['MAP_FIXED past the limit', space.beyondLimit ?? 'ENOMEM'],
    ['shared mappings aligned to', space.sharedAlign ?? 'a page'],
    ...(space.note === undefined ? [] : ([['note', space.note]] as Pair[])),
  ]
}

function allocRows({ levels, tables }: ArchDetails): Pair[] {
  return [
    ...levels.map<Pair>((l) => [`${l.name} table`, allocText(l)]),
    ...levels.map<Pair>((l) => [`${l.name} counted`, countedText(l)]),
    ...levels.map<Pair>((l) => [
      `empty ${l.name} entry`,
      l.noneMeans === '' ? l.none : `${l.none}, ${l.noneMeans}`,
    ]),
    ['pgtable_t', tables.pgtableT],
    ['struct ptdesc', yes(tables.ptdesc)],
    ['a lock per pte table', yes(tables.splitPteLocks)],
    ['a lock per pmd table', yes(tables.splitPmdLocks)],
  ]
}

function allocText({ alloc }: LevelDetails): string {
  const parts = [alloc.kind, bytesText(alloc.bytes)]
  if (alloc.order !== undefined) parts.push(`order ${alloc.order}`)
  if (alloc.perPage !== undefined) parts.push(`${alloc.perPage} in a page`)
  if (alloc.align !== undefined) parts.push(`aligned to ${alloc.align}`)
  if (alloc.note !== undefined) parts.push(alloc.note)
  return parts.join(' · ')
}

function countedText(level: LevelDetails): string {
  const own = level.counted === 0 ? 'not in pgtables_bytes' : `${level.counted} bytes in pgtables_bytes`
  return `${own} · ${level.inNrPagetable ? 'in' : 'not in'} NR_PAGETABLE (6.12)`
}

function pgdRows({ pgdInit }: ArchDetails): Pair[] {
  const kernel = {
    copied: 'copied from init_mm',
    'shared-lower': 'the lower tables are shared',
    'separate-root': 'under a root of their own',
    none: 'none',
  }[pgdInit.kernelEntries]
  const before = pgdInit.prealloc.map(
    (p) =>
      `${p.level} in slots ${p.slots.join(', ')}${p.userRoot === true ? ' of the user root' : ''}${p.counted ? ', counted' : ', not counted'}`,
  )
  return [
    ['kernel entries', kernel],
    ['how', pgdInit.note],
    ['tables that come with it', before.join('; ') || 'none'],
    ['second root for user mode', yes(pgdInit.userRoot === true)],
  ]
}

const MODIFIED = ['PGD', 'P4D', 'PUD', 'PMD', 'PTE']

function syncRows({ kernelSync: sync }: ArchDetails): Pair[] {
  const bits = MODIFIED.filter((_, i) => (sync.mask & (1 << i)) !== 0).map((name) => `PGTBL_${name}_MODIFIED`)
  return [
    ['ARCH_PAGE_TABLE_SYNC_MASK', bits.join(' | ') || '0'],
    ['arch_sync_kernel_mappings', yes(sync.archSync)],
    ['at a fault on vmalloc', sync.vmallocFault ?? 'nothing is copied'],
    ['pgd_list', sync.pgdList ?? 'none'],
    ...(sync.note === undefined ? [] : ([['note', sync.note]] as Pair[])),
  ]
}

function specialRows({ special, mmu }: ArchDetails): Pair[] {
  return [
    ['ARCH_HAS_PTE_SPECIAL', yes(special.pteSpecial)],
    ['PTE_DEVMAP', yes(special.devmap)],
    ['soft-dirty', yes(special.softDirty)],
    ['userfaultfd write protection', yes(special.uffdWp)],
    ['memory model', special.memoryModel],
    ['pfn_valid', special.pfnValid],
    ['the MMU sets accessed', yes(mmu.setsAccessed)],
    ['the MMU sets dirty', yes(mmu.setsDirty)],
    ['hardware copy of a pte', mmu.hardwareCopy ?? 'none'],
  ]
}

function hugeRows({ huge }: ArchDetails): Pair[] {
  return [
    ['hugetlb', huge.hugetlb.join('; ') || 'none'],
    ['transparent', huge.thp.join('; ') || 'none'],
    ['contiguous ptes', huge.contPte.join('; ') || 'none'],
    ['HAVE_MOVE_PMD', yes(huge.movePmd)],
    ['HAVE_MOVE_PUD', yes(huge.movePud)],
  ]
}

const KINDS = { leaf: 'to a page', huge: 'to a huge page', table: 'to a table', swap: 'swapped out' }

function entrySection(entry: EntryDetails): DetailSection {
  const fields = [...entry.bits.filter((f) => f.kind !== 'reserved'), ...entry.also]
  const rows = fields.map<Pair>((f) => {
    const place = f.hi === f.lo ? `${f.hi}` : `${f.hi}–${f.lo}`
    const words = Object.entries(f.values).map(([value, means]) => `${value}: ${means}`)
    return [f.name, [place, f.macro, f.meaning, words.join(', ')].filter(Boolean).join(' · ')]
  })
  return {
    ...section(`entry-${entry.level}-${entry.kind}`, `${entry.level} entry, ${KINDS[entry.kind]}`, rows),
    diagram: {
      width: entry.width,
      fields: entry.bits.map(({ name, hi, lo, kind }) => ({ name, hi, lo, kind })),
    },
  }
}

function protRows({ protections }: ArchDetails): Pair[] {
  return protections.map(({ vm, raw, allows }) => [vm, `${raw} · the MMU allows ${allows}`])
}

const SCHEMES: Record<ContextSpec['scheme'], string> = {
  pcid: 'slots of each CPU, each for one mm at a time',
  generation: 'one per mm for all CPUs, in generations',
  perCpu: 'by each CPU for itself, counting up',
  global: 'one per mm for as long as it lives',
  stealing: 'one per mm, taken from another when none is free',
  root: 'none: the hardware tags by the top table',
  none: 'none: everything is flushed at a switch',
}

function tagsText({ scheme, first, last }: ContextSpec): string {
  return SCHEMES[scheme] + (last === 0 ? '' : `, ${first} to ${last}`)
}

function capacityText({ entries, ways, hugeEntries, walkCache, source }: TlbHardware): string {
  const huge = hugeEntries === 0 ? '' : `, ${hugeEntries} for each larger size`
  const upper = walkCache === null ? '' : '; upper levels are remembered'
  return `${entries} entries of ${ways} ways${huge}${upper} (${source})`
}

function tlbRows({ tlb }: ArchDetails): Pair[] {
  const ceiling =
    tlb.ceiling === null
      ? 'none'
      : `${tlb.ceiling.name} ${tlb.ceiling.limit ?? 'without a limit'}: ${tlb.ceiling.rule}`
  return [
    ['walk', tlb.walk],
    ['address-space numbers', tlb.asid],
    ['handed out', tagsText(tlb.contexts ?? NO_CONTEXTS)],
    ['capacity in the lab', capacityText(tlb.hardware ?? USUAL_TLB)],
    ['flush of a page', tlb.page],
    ['flush of a range', tlb.range],
    ['flush of everything', tlb.full],
    ['other CPUs', tlb.broadcast],
    ['ceiling', ceiling],
    ['lazy', tlb.lazy],
    ['batching', tlb.batching],
    ['mmu_gather', tlb.mmuGather.join('; ') || 'generic'],
  ]
}

function mapSection({ space, regions }: ArchDetails['maps'][number]): DetailSection {
  const title = space === 'shared' ? 'Memory map' : `Memory map, ${space} addresses`
  const rows = regions.map<Pair>((r) => {
    const moves = r.variable ? ' · moves' : ''
    return [
      r.name,
      `${r.from} – ${r.to} · ${sizeText(BigInt(r.size))}${r.hole ? '' : ` · ${r.meaning}`}${moves}`,
    ]
  })
  return section(`map-${space}`, title, rows)
}

function bytesText(bytes: number): string {
  return bytes < 1024 || bytes % 1024 !== 0 ? `${bytes} bytes` : sizeText(BigInt(bytes))
}

function powerText(shift: number): string {
  return sizeText(1n << BigInt(shift))
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']

/** In the largest unit of which it is a whole number, or rounded to a tenth of one. */
function sizeText(bytes: bigint): string {
  let unit = 0
  while (unit < UNITS.length - 1 && bytes >> BigInt(10 * (unit + 1)) > 0n) unit++
  const whole = 1n << BigInt(10 * unit)
  const tenths = (bytes * 10n) / whole
  const text = bytes % whole === 0n ? String(bytes / whole) : `${tenths / 10n}.${tenths % 10n}`
  return `${text} ${UNITS[unit]}`
}
