/**
 * Address-space tags in records: 16 bits are in the record's index, those above in its flags (schema.ts). The functions
 * that read take a record's first two words.
 */

/** For the index of any record with a tag. */
export function tagIndex(tag: number): number {
  return tag & 0xffff
}

/** Flags of TLB_FILL, TLB_FILL_INVALID, TLB_REFILL, WALK_CACHE_FILL and ASID_ALLOC. */
export function fillFlags(tag: number): number {
  return (tag >>> 16) & 0xff
}

export function fillTag(w0: number, w1: number): number {
  return (w0 >>> 16) | ((w1 >>> 24) << 16)
}

/** Flags of TLB_FLUSH. */
export function flushFlags(scope: number, tag: number): number {
  return scope | (((tag >>> 16) & 0x3f) << 2)
}

export function flushScope(w1: number): number {
  return (w1 >>> 24) & 3
}

export function flushTag(w0: number, w1: number): number {
  return (w0 >>> 16) | ((w1 >>> 26) << 16)
}

/** Flags of SCHED_SWITCH and CR3_WRITE; `bit` is 0 or 1. */
export function switchFlags(bit: number, tag: number): number {
  return bit | (((tag >>> 16) & 0x7f) << 1)
}

export function switchTag(w0: number, w1: number): number {
  return (w0 >>> 16) | ((w1 >>> 25) << 16)
}
