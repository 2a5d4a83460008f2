/** The state after an event as panels show it: address spaces, CPUs, the machine's counters. */
import type { Arch } from '../../arch/arch.ts'
import { NO_CONTEXTS } from '../../arch/context.ts'
import { knownBytes, knownWeights } from '../compare/known.ts'
import { FIELD_DOCS } from '../fields.ts'
import { tlbPerms } from '../format.ts'
import { OBJECT } from '../replica/objects.ts'
import type { State } from '../replica/state.ts'
import { SLOT, SLOT_WORDS, vpn } from '../replica/tlb.ts'
import { CTX_NAMES, FIELDS, KIND, OBJ, TLB_WRITE } from '../schema.ts'
import type { Trace } from '../trace.ts'
import type { CpuView, FieldView, MmView, TlbEntryView, VmaView, WalkerEntryView } from '../views.ts'
import { fieldChange, fieldValue, hex, pageAddress } from '../values.ts'
import { vmFlagCodes, vmPerms } from '../vmFlagNames.ts'
import { rootOf, tableSummary } from './tables.ts'
import { frameAtEnd, walk } from './walk.ts'

const MAX_ENTRIES = 256
const VPN_HI = 0xfffff
const PASSING: readonly string[] = ['softirq', 'irq', 'nmi', 'entry', 'atomic']
/** Events before k in which the last one of a CPU is looked for. */
const LOOK_BACK = 20_000
const [VM_START, VM_END, VM_FLAGS, VM_PGOFF, ANON_VMA, VM_FILE] = FIELDS.vma.map((_, field) => field)
const [LOADED_MM, ACTIVE_MM, IS_LAZY, TAG, PROCESS] = FIELDS.cpu.map((_, field) => field)
/** A TLB as large as the second level of a recent x86 core, when nothing tells otherwise. */
const USUAL_TLB = 1536

/** Fields of one object with what event k changed in them. */
export function fieldViews(
  state: State,
  trace: Trace,
  obj: number,
  id: number,
  k: number,
  hidden: ReadonlySet<string>,
): FieldView[] {
  const name = obj === OBJ.mm ? 'mm' : 'machine'
  return FIELDS[name].flatMap((field, index) => {
    if (hidden.has(field)) return []
    const { unit, doc } = FIELD_DOCS[name][field]
    const value = fieldValue(
      unit,
      state.objects.lo(obj, id, index),
      state.objects.hi(obj, id, index),
      state.arch.pageShift,
    )
    return [{ name: field, value, unit, change: change(trace, k, obj, id, index, state.arch.pageShift), doc }]
  })
}

function change(
  trace: Trace,
  k: number,
  obj: number,
  id: number,
  field: number,
  pageShift: number,
): string | null {
  if (k < 0 || k >= trace.length || trace.kind(k) !== KIND.FIELD) return null
  if (trace.flags(k) !== obj || trace.word(k, 3) !== id || trace.indexOf(k) !== field) return null
  const { unit } =
    FIELD_DOCS[obj === OBJ.mm ? 'mm' : 'machine'][FIELDS[obj === OBJ.mm ? 'mm' : 'machine'][field]]
  return fieldChange(
    unit,
    [4, 5, 6, 7].map((word) => trace.word(k, word)),
    pageShift,
  )
}

export function mmView(
  state: State,
  trace: Trace,
  id: number,
  k: number,
  process: { pid: number; name: string },
  vmas: VmaView[],
): MmView {
  return {
    id,
    process: process.name,
    pid: process.pid,
    alive: state.objects.head(OBJ.mm, id, OBJECT.alive) === 1,
    fields: fieldViews(state, trace, OBJ.mm, id, k, hiddenFields(state, trace, id)),
    vmas,
    tables: {
      ...tableSummary(state, id),
      countedBytes: knownBytes(state, knownWeights(trace.header, state.arch.pageShift), id),
    },
  }
}

const TABLE_COUNTERS = ['pgtables_bytes', 'nr_ptes', 'nr_pmds', 'nr_puds', 'accounted_bytes']

/** What this architecture's mm_context_t does not have, and words of the mask for CPUs that do not exist. */
function absentContext({ variant }: Arch): string[] {
  const { scheme, lazySkips } = variant.tlb.contexts ?? NO_CONTEXTS
  const counted = scheme !== 'pcid' && scheme !== 'root' && scheme !== 'none'
  return [
    ...(lazySkips === true ? [] : ['context.ctx_id', 'context.tlb_gen']),
    ...(counted ? [] : ['context.id']),
    ...['context.asce_limit', 'context.flush_count', 'context.flush_mm'],
    ...['cpumask[1]', 'cpumask[2]', 'cpumask[3]'],
  ]
}

/** Counters that the modelled kernel does not have. A field that holds something is always shown. */
function hiddenFields(state: State, trace: Trace, mm: number): ReadonlySet<string> {
  const has = countersOf(trace.header)
  const absent = TABLE_COUNTERS.filter((name) => !has.includes(name))
  if (state.arch.variant.runtimeFold === null) absent.push('levels')
  absent.push(...absentContext(state.arch))
  return new Set(
    absent.filter((name) => {
      const field = (FIELDS.mm as readonly string[]).indexOf(name)
      return state.objects.lo(OBJ.mm, mm, field) === 0 && state.objects.hi(OBJ.mm, mm, field) === 0
    }),
  )
}

/** Those of an own alternative; those that the struct of this kernel has; in old traces by the alternative's name. */
function countersOf({
  own,
  layout,
  policies: { accounting = 'pgtables_bytes' },
}: Trace['header']): readonly string[] {
  if (own?.accounting !== undefined) return [...own.accounting.fields, 'accounted_bytes']
  if (layout !== undefined)
    return layout.fields.flatMap(({ name }, slot) =>
      layout.units.some(({ offsets }) => offsets[slot] >= 0) ? [name] : [],
    )
  if (accounting.startsWith('pgtables_bytes')) return ['pgtables_bytes']
  return accounting === 'nr_ptes_only' ? ['nr_ptes'] : ['nr_ptes', 'nr_pmds']
}

/** VMAs by mm, in order of address; at most `limit` in all. */
export function vmasByMm(
  state: State,
  trace: Trace,
  mms: ReadonlySet<number>,
  limit: number,
): Map<number, VmaView[]> {
  const { objects } = state
  const found: { id: number; mm: number; start: number }[] = []
  objects.forEach(OBJ.vma, (id) => {
    const mm = objects.head(OBJ.vma, id, OBJECT.owner)
    if (mms.has(mm))
      found.push({ id, mm, start: vpn(objects.lo(OBJ.vma, id, VM_START), objects.hi(OBJ.vma, id, VM_START)) })
  })
  found.sort((x, y) => x.start - y.start)
  const lists = new Map<number, VmaView[]>([...mms].map((mm) => [mm, []]))
  for (const { id, mm } of found.slice(0, limit)) lists.get(mm)?.push(vmaView(state, trace, id))
  return lists
}

function vmaView(state: State, trace: Trace, id: number): VmaView {
  const { objects, arch } = state
  const address = (field: number) =>
    pageAddress(objects.lo(OBJ.vma, id, field), objects.hi(OBJ.vma, id, field), arch.pageShift)
  const flags = objects.lo(OBJ.vma, id, VM_FLAGS)
  const file = objects.lo(OBJ.vma, id, VM_FILE)
  const name =
    trace.text(objects.head(OBJ.vma, id, OBJECT.name)) ||
    trace.text(objects.head(OBJ.file, file, OBJECT.name))
  return {
    id,
    start: address(VM_START),
    end: address(VM_END),
    perms: vmPerms(flags),
    offset: file === 0 ? '0x0' : address(VM_PGOFF),
    flags: vmFlagCodes(flags),
    name,
    anonVma: objects.lo(OBJ.vma, id, ANON_VMA) !== 0,
  }
}

export function cpuView(state: State, trace: Trace, cpu: number, k: number): CpuView {
  const { objects } = state
  const tlb = state.tlb(cpu)
  const pid = objects.lo(OBJ.cpu, cpu, PROCESS)
  return {
    id: cpu,
    process: pid === 0 ? '' : trace.text(objects.head(OBJ.process, pid, OBJECT.name)) || `process ${pid}`,
    ...doing(trace, cpu, k),
    loadedMm: objects.lo(OBJ.cpu, cpu, LOADED_MM),
    activeMm: objects.lo(OBJ.cpu, cpu, ACTIVE_MM),
    lazy: objects.lo(OBJ.cpu, cpu, IS_LAZY) !== 0,
    tag: objects.lo(OBJ.cpu, cpu, TAG),
    used: tlb.used,
    size: Math.max(trace.header.tlbEntries ?? USUAL_TLB, tlb.used),
    entries: tlbEntries(state, cpu),
    walker: walkerEntries(state, cpu),
  }
}

/** Where a CPU is, by its last event up to k; one that did nothing for long is where it was. */
function doing(trace: Trace, cpu: number, k: number): { call: string; context: string } {
  for (let at = k; at >= Math.max(0, k - LOOK_BACK); at--) {
    if (trace.cpu(at) !== cpu || trace.kind(at) === KIND.CONT) continue
    const op = trace.op(at)
    const over = op === 0 || trace.ops.last(op) <= k
    const context = CTX_NAMES[trace.ctx(at)] ?? ''
    // An interrupt or the like does not outlast the call it belongs to.
    if (over) return { call: '', context: PASSING.includes(context) ? '' : context }
    return { call: trace.text(trace.ops.text(op)), context }
  }
  return { call: '', context: '' }
}

function tlbEntries(state: State, cpu: number): TlbEntryView[] {
  const { words } = state.tlb(cpu)
  const slots: number[] = []
  for (let at = 0; at < words.length; at += SLOT_WORDS) if (words[at] !== 0) slots.push(at)
  slots.sort((x, y) => words[y] - words[x])
  const roots = new Map<number, number>()
  return slots.slice(0, MAX_ENTRIES).map((at) => tlbEntry(state, cpu, words, at, roots))
}

function tlbEntry(
  state: State,
  cpu: number,
  words: Uint32Array,
  at: number,
  roots: Map<number, number>,
): TlbEntryView {
  const [lo, hiPerm] = [words[at + SLOT.vpnLo], words[at + SLOT.vpnHiPerm]]
  const tag = words[at + SLOT.tag]
  const mm = state.mmOfTag(cpu, tag)
  const root = roots.get(mm) ?? rootOf(state, mm)
  roots.set(mm, root)
  const page = vpn(lo, hiPerm & VPN_HI)
  const frame = words[at + SLOT.frame]
  const why = staleness(state, mm, root, page, frame, hiPerm >>> 20)
  return {
    slot: at / SLOT_WORDS,
    va: pageAddress(lo, hiPerm, state.arch.pageShift),
    pages: 2 ** words[at + SLOT.log2Pages],
    tag,
    frame,
    perms: tlbPerms(hiPerm >>> 20),
    stale: why !== '',
    mm,
    why,
  }
}

/** How the page table differs by now: it says something else, or allows less. '' when it does not. */
function staleness(
  state: State,
  mm: number,
  root: number,
  page: number,
  frame: number,
  perms: number,
): string {
  if (root === 0) return mm === 0 ? '' : 'its address space is gone'
  const end = walk(state, mm, page, root).at(-1)
  const now = frameAtEnd(end, page)
  if (!end || now === null)
    return `not mapped: the ${end?.level.name ?? 'top'} entry is ${end?.kind ?? 'gone'}`
  if (now !== frame) return `the table says frame ${hex(now)}`
  const { leaf } = end.level
  if (!leaf?.hwValid(end.lo, end.hi)) return 'the entry is not valid to the MMU'
  return (perms & TLB_WRITE) !== 0 && !leaf.hwWrite(end.lo, end.hi) ? 'read-only by now' : ''
}

function walkerEntries(state: State, cpu: number): WalkerEntryView[] {
  return state.upper(cpu).entries.map(({ slot, tag, table, depth, page }) => {
    const mm = state.mmOfTag(cpu, tag)
    const va = hex(BigInt(page) << BigInt(state.arch.pageShift))
    const level = depth === 0 ? null : (state.arch.levels[depth]?.name ?? null)
    return { slot, level, va, table, tag, mm, why: walkerWhy(state, mm, table, depth, page) }
  })
}

function walkerWhy(state: State, mm: number, table: number, depth: number, page: number): string {
  const steps = mm === 0 ? [] : walk(state, mm, page)
  if (depth === 0) return frameAtEnd(steps.at(-1), page) === null ? '' : 'the page has an entry by now'
  if (!state.tables.has(table)) return 'the table is freed'
  if (mm === 0 || steps.some((step) => step.table === table)) return ''
  return 'the tables lead elsewhere by now'
}
