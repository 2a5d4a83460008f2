/**
 * How a corruption came about: the events between the moment when a CPU learnt where something was and its use of it after
 * it had been freed. Unhook, invalidate, free: one of them is missing, or out of order.
 */
import { KIND } from '../schema.ts'
import type { Replica } from '../replica.ts'
import type { Trace } from '../trace.ts'
import { walk } from './walk.ts'

export const LINKS = ['learn', 'unhook', 'missed', 'free', 'reuse', 'use'] as const

/**
 * learn: the CPU filled its TLB or walk cache, or began its walk; unhook: the entry was taken away; missed: the flush that
 * was left out, or the grace period that nobody waited for; free, reuse: of the frame; use: the corruption itself.
 */
export interface ChainLink {
  what: (typeof LINKS)[number]
  /** Event number. */
  k: number
}

const VIA_TLB = 0
const VIA_WALK_CACHE = 1
const PRESENT_MASK_WORDS = 7

/** Numbers of all CORRUPTION events, in order. */
export function corruptionEvents(trace: Trace): number[] {
  const found: number[] = []
  for (let k = 0; k < trace.length; k++) if (trace.kind(k) === KIND.CORRUPTION) found.push(k)
  return found
}

/** The chain that ends in the CORRUPTION event k, oldest first; links that the trace does not hold are left out. */
export function corruptionChain(trace: Trace, replica: Replica, k: number): ChainLink[] {
  if (trace.kind(k) !== KIND.CORRUPTION) return []
  const use = { cpu: trace.cpu(k), frame: trace.word(k, 4), table: trace.word(k, 5), vpn: vpnOf(trace, k) }
  const learn = learnt(trace, k, use)
  if (learn < 0) return [{ what: 'use', k }]
  const unhook =
    use.table === 0 ? entryGone(trace, replica, learn, k, use.vpn) : tableGone(trace, learn, k, use.table)
  const from = unhook < 0 ? learn : unhook
  const free = first(trace, from, k, (at) => frees(trace, at, use.frame))
  const unmaps = trace.cpu(from)
  const missed = first(trace, from, free < 0 ? k : free, (at) => isMissed(trace, at, use, unmaps))
  const reuse = free < 0 ? -1 : first(trace, free, k, (at) => allocates(trace, at, use.frame))
  const events = [learn, unhook, missed, free, reuse, k]
  return LINKS.map((what, i) => ({ what, k: events[i] })).filter((link) => link.k >= 0)
}

interface Use {
  cpu: number
  frame: number
  table: number
  vpn: number
}

/** Where the CPU got what it used. */
function learnt(trace: Trace, k: number, use: Use): number {
  const via = trace.flags(k)
  const slot = trace.indexOf(k)
  return last(trace, k, (at) => {
    if (trace.cpu(at) !== use.cpu) return false
    const kind = trace.kind(at)
    if (via === VIA_TLB) return kind === KIND.TLB_FILL && trace.word(at, 3) === slot
    if (via === VIA_WALK_CACHE) return kind === KIND.WALK_CACHE_FILL && trace.word(at, 4) === use.table
    return kind === KIND.GUP_FAST && trace.flags(at) === 0
  })
}

/** The entry that mapped the page when the CPU learnt of it is written or cleared. */
function entryGone(trace: Trace, replica: Replica, learn: number, k: number, vpn: number): number {
  const end = walk(replica.at(learn), trace.mm(learn), vpn).at(-1)
  if (end === undefined) return -1
  return first(trace, learn, k, (at) => writes(trace, at, end.table, end.index))
}

/** The entry that pointed to the table is written. */
function tableGone(trace: Trace, learn: number, k: number, table: number): number {
  const installed = last(trace, k, (at) => trace.kind(at) === KIND.PT_INSTALL && trace.word(at, 3) === table)
  if (installed < 0) return -1
  const parent = trace.word(installed, 4)
  const index = trace.indexOf(installed)
  return first(trace, learn, k, (at) => writes(trace, at, parent, index))
}

function writes(trace: Trace, at: number, table: number, index: number): boolean {
  const kind = trace.kind(at)
  if (trace.word(at, 3) !== table) return false
  if (kind === KIND.SET_ENTRY) return trace.indexOf(at) === index
  return kind === KIND.ZAP_PTES && inMask(trace, at, index)
}

/** Whether the mask after a record has the bit of an entry. */
function inMask(trace: Trace, at: number, index: number): boolean {
  const bit = index - trace.indexOf(at)
  if (bit < 0 || bit >= trace.word(at, 5)) return false
  const word = bit >>> 5
  const record = at + 1 + Math.floor(word / PRESENT_MASK_WORDS)
  if (record >= trace.length || trace.kind(record) !== KIND.CONT) return false
  return ((trace.word(record, 1 + (word % PRESENT_MASK_WORDS)) >>> (bit & 31)) & 1) === 1
}

/** A flush that was left out for this CPU or for all, or tables that went without a grace period. */
function isMissed(trace: Trace, at: number, use: Use, unmaps: number): boolean {
  if (trace.kind(at) === KIND.RCU_DONE) return use.table !== 0
  if (trace.kind(at) !== KIND.TLB_FLUSH_LOST) return false
  // Where nobody flushes at all the event is on the CPU that unmaps.
  return trace.cpu(at) === use.cpu || trace.cpu(at) === unmaps
}

function frees(trace: Trace, at: number, frame: number): boolean {
  if (trace.kind(at) !== KIND.MM_PAGE_FREE) return false
  const start = trace.word(at, 3)
  return frame >= start && frame < start + trace.word(at, 4) * 2 ** (trace.indexOf(at) & 0xff)
}

function allocates(trace: Trace, at: number, frame: number): boolean {
  if (trace.kind(at) !== KIND.MM_PAGE_ALLOC) return false
  const start = trace.word(at, 3)
  return frame >= start && frame < start + 2 ** (trace.indexOf(at) & 0xff)
}

function vpnOf(trace: Trace, k: number): number {
  return trace.word(k, 7) * 0x1_0000_0000 + trace.word(k, 6)
}

/** First event after `from` and before `to` that is meant, or −1. */
function first(trace: Trace, from: number, to: number, meant: (k: number) => boolean): number {
  for (let k = from + 1; k < to; k++) if (trace.kind(k) !== KIND.CONT && meant(k)) return k
  return -1
}

/** Last one before `to`. */
function last(trace: Trace, to: number, meant: (k: number) => boolean): number {
  for (let k = to - 1; k >= 0; k--) if (trace.kind(k) !== KIND.CONT && meant(k)) return k
  return -1
}
