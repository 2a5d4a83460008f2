/** Events in the words that kernel people use. */
import type { Arch } from '../arch/arch.ts'
import { LOCK_NAMES, LOCK_WRITE, pointText, taskLetter } from './racePoints.ts'
import { fieldName, levelOf } from './names.ts'
import {
  COPY_CLEAN,
  COPY_WRPROTECT,
  EVERY_TAG,
  FAULT_NAMES,
  FLUSH,
  FLUSH_LAST_LEVEL,
  KIND,
  LEVEL_NAMES,
  OBJ_NAMES,
  PAGE_NAMES,
  PG,
  SET_BY_HW,
  TLB_DIRTY,
  TLB_EXEC,
  TLB_GLOBAL,
  TLB_REASON_NAMES,
  TLB_USER,
  TLB_WRITE,
} from './schema.ts'
import { doubleOf } from './texts.ts'
import type { Trace } from './trace.ts'
import { fieldValue, hex, pageAddress, shortEntry, unitOf } from './values.ts'

/** A record's words taken apart. */
interface Parts {
  trace: Trace
  arch: Arch
  k: number
  index: number
  flags: number
  a: number
  b: number
  c: number
  d: number
  e: number
}

/** Linux's own words for tlb_flush reasons (include/trace/events/tlb.h:TLB_FLUSH_REASON, 6.12), then ours. */
const REASONS = [
  'flush on task switch',
  'remote shootdown',
  'local shootdown',
  'local MM shootdown',
  'remote IPI send',
  'page fault',
  'broadcast',
  'ASID rollover',
]
const FAULT_TEXT: Partial<Record<(typeof FAULT_NAMES)[number], string>> = {
  anon: 'new anonymous page',
  zeroPage: 'zero page',
  cowCopy: 'copy on write',
  cowReuse: 'write fault reuses the page',
  fileAround: 'fault-around',
  accessFlag: 'accessed bit',
  dirtyFlag: 'dirty bit',
  hugeZero: 'huge zero page',
  segvMaperr: 'SEGV_MAPERR: no mapping',
  segvAccerr: 'SEGV_ACCERR: not permitted',
  oom: 'out of memory',
  split: 'huge page split',
}
const SIGNALS: Record<number, string> = { 7: 'SIGBUS', 9: 'SIGKILL', 11: 'SIGSEGV' }
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']

type Writer = (parts: Parts) => string

const writers: Partial<Record<number, Writer>> = {
  [KIND.SYS_ENTER]: (p) => p.trace.text(p.a),
  [KIND.SYS_EXIT]: (p) => `${p.flags & 1 ? 'failed: ' : '= '}${p.trace.text(p.a)}`,
  [KIND.OBJ_NEW]: (p) =>
    [`new ${object(p)}`, p.trace.text(p.b) && `"${p.trace.text(p.b)}"`].filter(Boolean).join(' '),
  [KIND.OBJ_FREE]: (p) => `${object(p)} is gone`,
  [KIND.FIELD]: field,
  [KIND.PT_ALLOC]: (p) =>
    `${level(p)} table ${p.a}: frame ${hex(p.b)}${at(p.c)}, ${p.d} entries, ${p.e} bytes${p.index & 1 ? ', kernel' : ''}`,
  [KIND.PT_FREE]: (p) => `${level(p)} table ${p.a}: frame ${hex(p.b)}${at(p.c)}`,
  [KIND.PT_INSTALL]: (p) => `${level(p)} table ${p.a} at entry ${p.index} of table ${p.b}`,
  [KIND.PT_RACE_LOST]: (p) =>
    `${level(p)} table ${p.a} not needed: entry ${p.index} of table ${p.b} was filled meanwhile`,
  [KIND.PT_DEPOSIT]: (p) => `pte table ${p.a} kept for a split of the huge entry in table ${p.b}`,
  [KIND.PT_WITHDRAW]: (p) => `pte table ${p.a} taken back`,
  [KIND.LAYOUT_MISMATCH]: (p) =>
    `${p.trace.text(p.a)} has mm_struct.${p.trace.text(p.c)} ${Math.abs(p.d | 0)} bytes ${(p.d | 0) < 0 ? 'lower' : 'higher'} than ${p.trace.text(p.b)}, and all that follows`,
  [KIND.FIELD_CORRUPT]: (p) =>
    `${p.trace.text(p.b)} writes ${p.trace.text(p.c)} of mm ${p.a} and hits ${p.trace.text(p.d)}: now ${p.e >>> 0 > 0xffff ? hex(p.e >>> 0) : p.e}`,
  [KIND.SET_ENTRY]: (p) =>
    `${level(p)}[${p.index}] ${shortEntry(p.b, p.c)} → ${shortEntry(p.d, p.e)}  table ${p.a}${p.flags & SET_BY_HW ? ', by the MMU' : ''}`,
  [KIND.COPY_PTES]: (p) =>
    `pte[${p.index}…${p.index + p.c - 1}] of table ${p.b} → table ${p.a}${copyNote(p.flags)}`,
  [KIND.ZAP_PTES]: (p) => `pte[${p.index}…${p.index + p.c - 1}] of table ${p.a} cleared`,
  [KIND.STORE]: (p) => `frame ${hex(p.a)} word ${p.index}: ${shortEntry(p.b, p.c)} → ${shortEntry(p.d, p.e)}`,
  [KIND.MM_PAGE_ALLOC]: (p) => `frame ${hex(p.a)}, order ${p.index}, ${pageKind(p.flags)}`,
  [KIND.MM_PAGE_FREE]: (p) =>
    p.b > 1 ? `frames ${hex(p.a)}–${hex(p.a + p.b - 1)}` : `frame ${hex(p.a)}, order ${p.index}`,
  [KIND.PAGE_STATE]: (p) =>
    `${p.b > 1 ? `frames ${hex(p.a)}–${hex(p.a + p.b - 1)}` : `frame ${hex(p.a)}`} ${pageKind(p.flags)}: ${pageFlags(p.index)}`,
  [KIND.PAGE_FAULT_USER]: fault,
  [KIND.PAGE_FAULT_KERNEL]: fault,
  [KIND.FAULT_DONE]: (p) =>
    `${faultKind(p.flags)} at ${page(p)}${p.a ? `, frame ${hex(p.a)}` : ''}${p.b ? ` from ${hex(p.b)}` : ''}`,
  [KIND.SIGNAL]: (p) => `${SIGNALS[p.a] ?? `signal ${p.a}`} ${p.b ? `for process ${p.b}` : `at ${page(p)}`}`,
  [KIND.TLB_FILL]: (p) =>
    `slot ${p.a}: ${pageAddress(p.b, p.c, p.arch.pageShift)} → frame ${hex(p.d)}, ${tlbPerms(p.c >>> 20)}, tag ${filledTag(p)}${p.e ? `, ${2 ** p.e} pages` : ''}`,
  [KIND.TLB_EVICT]: (p) => `slot ${p.a}`,
  [KIND.TLB_FLUSH]: flush,
  [KIND.TLB_IPI]: (p) => `to CPU ${p.a}: ${reason(p.index)}${p.flags & 1 ? '; it has interrupts off' : ''}`,
  [KIND.TLB_IPI_DONE]: (p) => `from CPU ${p.a}`,
  [KIND.TLB_FLUSH_LOST]: (p) => `never done: ${flush(p)}`,
  [KIND.TLB_FLUSH_SKIP_LAZY]: (p) => `CPU ${p.a} is lazy: not interrupted`,
  [KIND.SCHED_SWITCH]: (p) =>
    `mm ${p.a} → mm ${p.b}, process ${p.c}, tag ${switchedTag(p)}${p.flags & 1 ? ', flushing' : ''}`,
  [KIND.CR3_WRITE]: (p) =>
    `top table of mm ${p.a} in frame ${hex(p.b)}, tag ${switchedTag(p)}${p.flags & 1 ? ', nothing flushed' : ''}`,
  [KIND.ASID_ALLOC]: (p) =>
    `mm ${p.a} gets ${filledTag(p)}${p.b ? `, generation ${p.b}` : ''}${p.c ? ', as before' : ''}`,
  [KIND.ASID_ROLLOVER]: (p) => `all used up: generation ${p.a} begins${p.b ? ' on this CPU' : ''}`,
  [KIND.LAZY_ENTER]: (p) => `${p.b ? `kernel thread ${p.b}` : 'idle'} runs on borrowed mm ${p.a}`,
  [KIND.LAZY_EXIT]: (p) => `mm ${p.a} is not borrowed any more`,
  [KIND.TLB_REFILL]: (p) => `${page(p)}, tag ${filledTag(p)}`,
  [KIND.TLB_FILL_INVALID]: (p) => `slot ${p.a}: ${page(p)} has no valid entry, tag ${filledTag(p)}`,
  [KIND.WALK_CACHE_FILL]: (p) => `slot ${p.a}: table ${p.b} for ${page(p)}, tag ${filledTag(p)}`,
  [KIND.GATHER_BEGIN]: (p) => (p.flags & 1 ? 'whole mm' : ''),
  [KIND.GATHER_ADD]: (p) => `${p.a} pages, ${p.b} tables wait`,
  [KIND.GATHER_FLUSH]: gatherFlush,
  [KIND.GATHER_WAIT]: (p) =>
    p.flags & 1
      ? `wait ${p.a} is over: ${p.b} pages, ${p.c} tables are freed`
      : `wait ${p.a}: ${p.b} pages, ${p.c} tables, for ${cpuList(p.d)}`,
  [KIND.RCU_DEFER]: (p) => `batch ${p.a}: ${p.b} ${p.b === 1 ? 'table' : 'tables'}`,
  [KIND.RCU_DONE]: (p) => `batch ${p.a}: every CPU passed a quiescent state`,
  [KIND.GUP_FAST]: gupFast,
  [KIND.CORRUPTION]: (p) => p.trace.text(p.a),
  [KIND.RACE_BEGIN]: (p) => p.trace.text(p.a),
  [KIND.RACE_YIELD]: (p) => `task ${taskLetter(p.a)} stands ${pointText(p.index, p.flags)}`,
  [KIND.RACE_RUN]: (p) => `task ${p.trace.text(p.b)} goes on`,
  [KIND.LOCK_WAIT]: (p) =>
    `task ${taskLetter(p.a)} waits for the ${LOCK_NAMES[p.flags & 0x7f]} of mm ${p.b}${p.flags & LOCK_WRITE ? ', for writing' : ''}`,
  [KIND.LOCK_TAKEN]: (p) => `task ${taskLetter(p.a)} has the ${LOCK_NAMES[p.flags & 0x7f]} of mm ${p.b}`,
  [KIND.RACE_END]: (p) =>
    `schedule ${p.trace.text(p.a)}: ${p.b} steps, ${p.c} preemptions${p.flags & 1 ? '; tasks wait for ever' : ''}`,
  [KIND.RACE_EXPLORED]: (p) =>
    `${p.a} schedules tried, ${p.b} pruned, ${p.c} failed${p.flags & 1 ? ': all there are' : ''}`,
  [KIND.DMESG]: (p) => `${SEVERITIES[p.flags] ?? p.flags}: ${p.trace.text(p.a)}`,
  [KIND.EXPECT]: (p) => `${p.flags & 1 ? 'passed' : 'FAILED'}: ${p.trace.text(p.a)}`,
  [KIND.LOG]: (p) => p.trace.text(p.a),
  [KIND.CHART]: (p) => `${p.trace.text(p.a)}: (${doubleOf(p.b, p.c)}, ${doubleOf(p.d, p.e)})`,
  [KIND.NOT_MODELLED]: (p) => p.trace.text(p.a),
}

/** What event k did, in one line. */
export function eventText(trace: Trace, arch: Arch, k: number): string {
  const [a, b, c, d, e] = [3, 4, 5, 6, 7].map((word) => trace.word(k, word))
  return (
    writers[trace.kind(k)]?.({
      trace,
      arch,
      k,
      index: trace.indexOf(k),
      flags: trace.flags(k),
      a,
      b,
      c,
      d,
      e,
    }) ?? ''
  )
}

/** 'write, protection' for an x86 page-fault error code. */
export function faultAccess(error: number): string {
  const access = error & 16 ? 'fetch' : error & 2 ? 'write' : 'read'
  return `${access}, ${error & 1 ? 'protection' : 'not present'}`
}

/** Letters for the permissions of a TLB entry. */
export function tlbPerms(bits: number): string {
  const letters = `r${bits & TLB_WRITE ? 'w' : '-'}${bits & TLB_EXEC ? 'x' : '-'} ${bits & TLB_USER ? 'user' : 'kernel'}`
  return letters + (bits & TLB_DIRTY ? ' dirty' : '') + (bits & TLB_GLOBAL ? ' global' : '')
}

export function pageKind(kind: number): string {
  return PAGE_NAMES[kind] ?? `kind ${kind}`
}

const SHOWN_FLAGS = ['active', 'lazyfree', 'dirty', 'referenced', 'fallocated'] as const

/** PG flags in words. */
export function pageFlags(flags: number): string {
  return SHOWN_FLAGS.filter((name) => flags & PG[name]).join(' ') || 'no flags'
}

function gatherFlush(p: Parts): string {
  const what = p.flags & 2 ? 'TLBs only' : `${p.a} pages, ${p.b} tables`
  const why = p.flags & 4 ? ', everything: another gather is open' : ''
  return `${what}${p.flags & 1 ? ', tables are freed' : ''}${why}`
}

function gupFast(p: Parts): string {
  const entry = `${LEVEL_NAMES[p.b] ?? ''}[${p.index}] of table ${p.a}`
  if (p.flags === 0) return `begins at ${page(p)}, interrupts off`
  if (p.flags === 1) return `${page(p)}: ${entry}`
  return p.flags === 2 ? `${page(p)} is frame ${hex(p.c)}` : `${page(p)}: gives up at ${entry}`
}

function cpuList(mask: number): string {
  const ids = Array.from({ length: 32 }, (_, id) => id).filter((id) => (mask >>> id) & 1)
  return ids.length === 1 ? `CPU ${ids[0]}` : `CPUs ${ids.join(', ')}`
}

function fault(p: Parts): string {
  return `${faultAccess(p.index)} (error ${hex(p.index)}) at ${page(p)}`
}

function faultKind(kind: number): string {
  const name = FAULT_NAMES[kind]
  return name ? (FAULT_TEXT[name] ?? name) : `kind ${kind}`
}

function field(p: Parts): string {
  const unit = unitOf(p.flags, p.index)
  const value = (lo: number, hi: number) => fieldValue(unit, lo, hi, p.arch.pageShift)
  const owner = p.flags === 0 ? '' : `${object(p)} `
  return `${owner}${fieldName(p.flags, p.index)} ${value(p.b, p.c)} → ${value(p.d, p.e)}`
}

function object(p: Parts): string {
  return `${OBJ_NAMES[p.flags] ?? 'object'} ${p.a}`
}

function level(p: Parts): string {
  return LEVEL_NAMES[levelOf(p.trace.word(p.k, 0), p.trace.word(p.k, 1))] ?? ''
}

function at(offset: number): string {
  return offset === 0 ? '' : ` + ${hex(offset)}`
}

function page(p: Parts): string {
  return pageAddress(p.d, p.e, p.arch.pageShift)
}

function copyNote(flags: number): string {
  return (
    (flags & COPY_WRPROTECT ? ', write-protected in both' : '') +
    (flags & COPY_CLEAN ? ', clean in the child' : '')
  )
}

function filledTag(p: Parts): number {
  return p.index | (p.flags << 16)
}

function switchedTag(p: Parts): number {
  return p.index | ((p.flags >>> 1) << 16)
}

function flush(p: Parts): string {
  const number = p.index | ((p.flags >>> 2) << 16)
  const tag = number === EVERY_TAG ? 'every tag' : `tag ${number}`
  const scope = p.flags & 3
  if (scope === FLUSH.all) return `everything, ${reason(p.a)}`
  if (scope === FLUSH.tag) return `all of ${tag}, ${reason(p.a)}`
  const shift = p.e & 0xff
  const stride =
    (shift ? ` in steps of ${2 ** shift}` : '') + (p.e & FLUSH_LAST_LEVEL ? ', last level only' : '')
  return `${p.d} ${p.d === 1 ? 'page' : 'pages'} from ${pageAddress(p.b, p.c, p.arch.pageShift)}${stride}, ${tag}, ${reason(p.a)}`
}

function reason(number: number): string {
  return REASONS[number] ?? TLB_REASON_NAMES[number] ?? `reason ${number}`
}
