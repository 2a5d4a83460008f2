/** What each kind of record does to the state. */
import { CONT_WORDS } from '../recorder.ts'
import { COPY_CLEAN, COPY_WRPROTECT, KIND, LEVEL_NAMES, OBJ, WORDS } from '../schema.ts'
import { fillTag, switchTag } from '../tags.ts'
import type { Trace } from '../trace.ts'
import { applyTlb } from './applyTlb.ts'
import type { State } from './state.ts'
import { TABLE, TABLE_DEPOSITED, TABLE_KERNEL, TABLE_LINKED } from './tables.ts'

const CHUNK_SHIFT = 16
const CHUNK_MASK = 0xffff
const LOADED_MM = 0
const ACTIVE_MM = 1
const TAG = 3
const PROCESS = 4
const LEVEL_BITS = 7
const MAX_MASK_WORDS = 2048
const mask = new Uint32Array(MAX_MASK_WORDS)

/** Applies records until `end` of them have been. */
export function advance(state: State, trace: Trace, end: number): void {
  for (let k = state.position; k < end; k++) {
    apply(state, trace, trace.chunks[k >>> CHUNK_SHIFT], (k & CHUNK_MASK) * WORDS, k)
  }
  state.position = Math.max(state.position, end)
}

function apply(state: State, trace: Trace, w: Uint32Array, at: number, k: number): void {
  const w0 = w[at]
  const flags = w[at + 1] >>> 24
  const index = w0 >>> 16
  switch (w0 & 0xff) {
    case KIND.SET_ENTRY:
      return setEntry(state, w, at, index, k)
    case KIND.FIELD:
      return setField(state, w, at, flags, index, k)
    case KIND.TLB_FILL:
      return state
        .tlb((w0 >>> 8) & 0xff)
        .fill(w[at + 3], fillTag(w0, w[at + 1]), w[at + 4], w[at + 5], w[at + 6], w[at + 7], k)
    case KIND.MM_PAGE_ALLOC:
      return state.frames.alloc(w[at + 3], index & 0xff, flags, w[at + 4], k)
    case KIND.MM_PAGE_FREE:
      return state.frames.free(w[at + 3], w[at + 4], index & 0xff)
    case KIND.PAGE_STATE:
      return state.frames.state(w[at + 3], w[at + 4], flags, index, k)
    case KIND.PT_ALLOC:
      return allocTable(state, w, at, flags, index, k)
    case KIND.PT_FREE:
      return state.tables.free(w[at + 3])
    case KIND.PT_INSTALL:
      return state.tables.link(w[at + 3], w[at + 4], index, TABLE_LINKED, TABLE_DEPOSITED)
    case KIND.PT_DEPOSIT:
      return state.tables.link(w[at + 3], w[at + 4], index, TABLE_DEPOSITED, TABLE_LINKED)
    case KIND.PT_WITHDRAW:
      return state.tables.link(w[at + 3], 0, 0, 0, TABLE_DEPOSITED | TABLE_LINKED)
    case KIND.OBJ_NEW:
      return state.objects.create(flags, w[at + 3], w[at + 4], w[at + 5], k)
    case KIND.OBJ_FREE:
      return state.objects.free(flags, w[at + 3])
    case KIND.SCHED_SWITCH:
      return schedSwitch(state, w, at, (w0 >>> 8) & 0xff, switchTag(w0, w[at + 1]), k)
    case KIND.COPY_PTES:
      return copyPtes(state, trace, w, at, flags, index, k)
    case KIND.ZAP_PTES:
      return zapPtes(state, trace, w, at, index, k)
    default:
      return applyTlb(state, w, at)
  }
}

function setEntry(state: State, w: Uint32Array, at: number, index: number, k: number): void {
  const id = w[at + 3]
  if (state.onMismatch) checkEntry(state, w, at, index, k)
  state.tables.write(id, index, w[at + 6], w[at + 7], k)
}

function checkEntry(state: State, w: Uint32Array, at: number, index: number, k: number): void {
  const { tables } = state
  const id = w[at + 3]
  const level = (w[at + 1] >>> 24) & LEVEL_BITS
  if (!tables.has(id)) return state.onMismatch?.(k, `entry set in table ${id}, which does not exist`)
  if (tables.word(id, TABLE.level) !== level)
    state.onMismatch?.(k, `table ${id} is not a ${LEVEL_NAMES[level]} table`)
  if (index >= tables.word(id, TABLE.entries)) state.onMismatch?.(k, `table ${id} has no entry ${index}`)
  tables.read(id, index)
  if (tables.lo === w[at + 4] && tables.hi === w[at + 5]) return
  const is = `${hex(tables.hi)}:${hex(tables.lo)}`
  state.onMismatch?.(
    k,
    `entry ${index} of table ${id} is ${is}, the record says ${hex(w[at + 5])}:${hex(w[at + 4])}`,
  )
}

function setField(state: State, w: Uint32Array, at: number, obj: number, field: number, k: number): void {
  const id = w[at + 3]
  const { objects } = state
  if (state.onMismatch && objects.has(obj, id)) {
    const same = objects.lo(obj, id, field) === w[at + 4] && objects.hi(obj, id, field) === w[at + 5]
    if (!same)
      state.onMismatch(k, `old value of field ${field} of object ${obj}/${id} is not what the record says`)
  }
  objects.set(obj, id, field, w[at + 6], w[at + 7], k)
  if (obj === OBJ.cpu && field === TAG) state.setTag(id, w[at + 6], objects.lo(OBJ.cpu, id, LOADED_MM))
}

function allocTable(state: State, w: Uint32Array, at: number, level: number, index: number, k: number): void {
  const mm = w[at + 1] & 0xfffff
  const flags = index & 1 ? TABLE_KERNEL : 0
  state.tables.alloc(w[at + 3], level & LEVEL_BITS, w[at + 4], w[at + 5], w[at + 6], w[at + 7], mm, flags, k)
}

function schedSwitch(state: State, w: Uint32Array, at: number, cpu: number, tag: number, k: number): void {
  const { objects } = state
  const mm = w[at + 4]
  objects.set(OBJ.cpu, cpu, LOADED_MM, mm, 0, k)
  objects.set(OBJ.cpu, cpu, ACTIVE_MM, mm, 0, k)
  objects.set(OBJ.cpu, cpu, PROCESS, w[at + 5], 0, k)
  if (mm === 0) return
  objects.set(OBJ.cpu, cpu, TAG, tag, 0, k)
  state.setTag(cpu, tag, mm)
}

/** fork: writable parent entries are write-protected if asked; the child gets them old, and clean if asked. */
function copyPtes(
  state: State,
  trace: Trace,
  w: Uint32Array,
  at: number,
  flags: number,
  first: number,
  k: number,
): void {
  const { tables } = state
  const { pte } = state.arch
  const [child, parent, count] = [w[at + 3], w[at + 4], w[at + 5]]
  const words = loadMask(trace, k, count)
  for (let word = 0; word < words; word++) {
    for (let bits = mask[word]; bits !== 0; bits &= bits - 1) {
      const index = first + word * 32 + lowestBit(bits)
      tables.read(parent, index)
      let { lo, hi } = tables
      if (flags & COPY_WRPROTECT && pte.isWrite(lo, hi)) {
        lo = pte.wrprotect(lo, hi)
        hi = pte.hi
        tables.write(parent, index, lo, hi, k)
      }
      if (flags & COPY_CLEAN) {
        lo = pte.mkclean(lo, hi)
        hi = pte.hi
      }
      lo = pte.mkold(lo, hi)
      tables.write(child, index, lo, pte.hi, k)
    }
  }
}

function zapPtes(state: State, trace: Trace, w: Uint32Array, at: number, first: number, k: number): void {
  const words = loadMask(trace, k, w[at + 5])
  for (let word = 0; word < words; word++) {
    for (let bits = mask[word]; bits !== 0; bits &= bits - 1) {
      state.tables.writeNone(w[at + 3], first + word * 32 + lowestBit(bits), k)
    }
  }
}

/** Reads the bit mask that follows record k; returns its length in words. */
function loadMask(trace: Trace, k: number, count: number): number {
  const words = Math.min(Math.ceil(count / 32), MAX_MASK_WORDS)
  let record = k
  for (let i = 0; i < words; i++) {
    if (i % CONT_WORDS === 0) record++
    if (record >= trace.length || trace.kind(record) !== KIND.CONT) return i
    mask[i] = trace.word(record, 1 + (i % CONT_WORDS))
  }
  return words
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0')
}
