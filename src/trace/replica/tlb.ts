/**
 * One CPU's TLB in a replica. Slots are flat; a hash over (page number >> size) finds what a range flush removes without
 * looking at every slot. Snapshots hold only the slots in use and are shared while nothing changes.
 */
import { EVERY_TAG, FLUSH, TLB_GLOBAL } from '../schema.ts'

/** Words of a slot. FILLED_AT is the event that filled it plus one; 0: empty. */
export const SLOT = { filledAt: 0, tag: 1, vpnLo: 2, vpnHiPerm: 3, frame: 4, log2Pages: 5 } as const
export const SLOT_WORDS = 8
const VPN_HI = 0xfffff
const MAX_SLOTS = 1 << 20

const FIRST_CAPACITY = 64
const PRIME = 0x9e3779b1

export class TlbState {
  words = new Uint32Array(0)
  used = 0
  private capacity = 0
  private hashShift = 32
  private heads = new Int32Array(0)
  private next = new Int32Array(0)
  /** Slots in use by log2 of their pages. */
  private readonly sizes = new Uint32Array(64)
  private saved: Uint32Array | null = null

  /** Slots in use: slot number and its first 6 words each. */
  snapshot(): Uint32Array {
    if (this.saved) return this.saved
    const list = new Uint32Array(this.used * 7)
    let at = 0
    for (let slot = 0; slot < this.capacity; slot++) {
      if (this.words[slot * SLOT_WORDS] === 0) continue
      list[at++] = slot
      for (let i = 0; i < 6; i++) list[at++] = this.words[slot * SLOT_WORDS + i]
    }
    this.saved = list
    return list
  }

  restore(list: Uint32Array): void {
    if (this.saved === list) return
    this.clear()
    for (let at = 0; at < list.length; at += 7) {
      this.fill(
        list[at],
        list[at + 2],
        list[at + 3],
        list[at + 4],
        list[at + 5],
        list[at + 6],
        list[at + 1] - 1,
      )
    }
    this.saved = list
  }

  fill(
    slot: number,
    tag: number,
    vpnLo: number,
    vpnHiPerm: number,
    frame: number,
    log2Pages: number,
    k: number,
  ): void {
    if (slot >= MAX_SLOTS) return
    if (slot >= this.capacity) this.grow(slot)
    this.evict(slot)
    this.saved = null
    const { words } = this
    const at = slot * SLOT_WORDS
    const size = log2Pages & 63
    words[at] = k + 1
    words[at + SLOT.tag] = tag
    words[at + SLOT.vpnLo] = vpnLo
    words[at + SLOT.vpnHiPerm] = vpnHiPerm
    words[at + SLOT.frame] = frame
    words[at + SLOT.log2Pages] = size
    const bucket = this.bucket(vpnLo, vpnHiPerm & VPN_HI, size)
    this.next[slot] = this.heads[bucket]
    this.heads[bucket] = slot
    this.sizes[size]++
    this.used++
  }

  evict(slot: number): void {
    const at = slot * SLOT_WORDS
    if (slot >= this.capacity || this.words[at] === 0) return
    this.saved = null
    const { words, heads, next } = this
    const size = words[at + SLOT.log2Pages]
    const bucket = this.bucket(words[at + SLOT.vpnLo], words[at + SLOT.vpnHiPerm] & VPN_HI, size)
    if (heads[bucket] === slot) heads[bucket] = next[slot]
    else {
      let before = heads[bucket]
      while (next[before] !== slot) before = next[before]
      next[before] = next[slot]
    }
    words[at] = 0
    this.sizes[size]--
    this.used--
  }

  /**
   * `all` removes everything; `tag` the entries of a tag, global ones excepted; `range` and `page` every entry, of the
   * tag or global, that covers one of the pages first, first + 2^stride, … below first + pages.
   */
  flush(scope: number, tag: number, firstLo: number, firstHi: number, pages: number, stride: number): void {
    if (this.used === 0) return
    if (scope === FLUSH.all) this.clear()
    else if (scope === FLUSH.tag) this.flushTag(tag)
    else this.flushRange(tag, vpn(firstLo, firstHi & VPN_HI), Math.max(1, pages), stride & 63)
  }

  private flushTag(tag: number): void {
    const { words } = this
    for (let slot = 0; slot < this.capacity; slot++) {
      const at = slot * SLOT_WORDS
      if (words[at] === 0 || (words[at + SLOT.vpnHiPerm] >>> 20) & TLB_GLOBAL) continue
      if (tag === EVERY_TAG || words[at + SLOT.tag] === tag) this.evict(slot)
    }
  }

  private flushRange(tag: number, first: number, pages: number, stride: number): void {
    for (let size = 0; size < 64 && this.used > 0; size++) {
      if (this.sizes[size] === 0) continue
      // Entries larger than the stride are found by one look for each of them.
      const step = 2 ** Math.max(size, stride)
      if (pages / step <= this.capacity) this.flushLookups(tag, first, pages, stride, size)
      else this.flushScan(tag, first, pages, stride, size)
    }
  }

  private flushLookups(tag: number, first: number, pages: number, stride: number, size: number): void {
    const span = 2 ** size
    const last = first + (Math.ceil(pages / 2 ** stride) - 1) * 2 ** stride
    for (let at = first; at < last; at += 2 ** Math.max(size, stride))
      this.flushOne(tag, Math.floor(at / span), size)
    this.flushOne(tag, Math.floor(last / span), size)
  }

  private flushOne(tag: number, page: number, size: number): void {
    let slot = this.heads[this.bucketOf(page)]
    while (slot >= 0) {
      const after = this.next[slot]
      if (this.pageOf(slot, size) === page && this.tagged(slot, tag)) this.evict(slot)
      slot = after
    }
  }

  private flushScan(tag: number, first: number, pages: number, stride: number, size: number): void {
    const step = 2 ** stride
    const end = first + pages
    for (let slot = 0; slot < this.capacity; slot++) {
      if (this.words[slot * SLOT_WORDS] === 0) continue
      const page = this.pageOf(slot, size)
      if (page < 0 || !this.tagged(slot, tag)) continue
      const from = page * 2 ** size
      const hit = first + Math.max(0, Math.ceil((from - first) / step)) * step
      if (hit < end && hit < from + 2 ** size) this.evict(slot)
    }
  }

  /** Page number of a slot's entry in units of its size; -1 when it has another size. */
  private pageOf(slot: number, size: number): number {
    const at = slot * SLOT_WORDS
    if (this.words[at + SLOT.log2Pages] !== size) return -1
    return Math.floor(vpn(this.words[at + SLOT.vpnLo], this.words[at + SLOT.vpnHiPerm] & VPN_HI) / 2 ** size)
  }

  private tagged(slot: number, tag: number): boolean {
    const at = slot * SLOT_WORDS
    if (tag === EVERY_TAG || this.words[at + SLOT.tag] === tag) return true
    return ((this.words[at + SLOT.vpnHiPerm] >>> 20) & TLB_GLOBAL) !== 0
  }

  private clear(): void {
    this.saved = null
    this.words.fill(0)
    this.heads.fill(-1)
    this.sizes.fill(0)
    this.used = 0
  }

  private bucket(vpnLo: number, vpnHi: number, size: number): number {
    return this.bucketOf(size === 0 ? vpnLo : Math.floor(vpn(vpnLo, vpnHi) / 2 ** size))
  }

  private bucketOf(page: number): number {
    return Math.imul(page | 0, PRIME) >>> this.hashShift
  }

  private grow(slot: number): void {
    let capacity = Math.max(FIRST_CAPACITY, this.capacity)
    while (capacity <= slot) capacity *= 2
    const list = this.snapshot()
    this.capacity = capacity
    this.hashShift = 31 - Math.log2(capacity)
    this.words = new Uint32Array(capacity * SLOT_WORDS)
    this.heads = new Int32Array(2 * capacity)
    this.next = new Int32Array(capacity)
    this.saved = null
    this.restore(list)
  }
}

/** Page number from its halves. */
export function vpn(lo: number, hi: number): number {
  return hi * 0x1_0000_0000 + lo
}
