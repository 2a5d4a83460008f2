/**
 * One CPU's TLB: set-associative, one array per page size, entries tagged with an address-space number.
 * Invalidating by tag or completely is a new epoch, not a scan. Replacement is round robin within the set.
 */
import { InvalidEntries } from './invalidEntries.ts'
import { WalkCache, type WalkCacheRule } from './walkCache.ts'

export interface TlbGeometry {
  /** log2 base pages of an entry, entries, ways; smallest pages first. */
  sizes: { pageShift: number; entries: number; ways: number }[]
  /** What the walker remembers of upper levels, by WalkCache's rules; absent: nothing. */
  walkCache?: { shifts: readonly number[]; rule: WalkCacheRule }
  /** The TLB also keeps that a page has no valid entry. */
  keepsInvalid?: boolean
  /** The kernel fills it, in a refill handler. */
  software?: boolean
}

/** Several per entry of the largest array. */
const KEY_ENDINGS = 1 << 13

class TlbArray {
  readonly keyLo: Int32Array
  readonly keyHi: Int32Array
  readonly tag: Int32Array
  readonly pfn: Int32Array
  readonly perms: Uint8Array
  readonly epoch: Float64Array
  readonly hand: Uint8Array
  /** Per set: the number of flushes when it was last seen without a free way. */
  readonly fullAt: Float64Array
  /** How many entries have a key that ends in these bits: where none has, a miss needs no search. */
  readonly ending = new Uint16Array(KEY_ENDINGS)
  readonly setMask: number
  filled = 0

  readonly firstSlot: number
  readonly pageShift: number
  readonly entries: number
  readonly ways: number

  constructor(firstSlot: number, pageShift: number, entries: number, ways: number) {
    this.firstSlot = firstSlot
    this.pageShift = pageShift
    this.entries = entries
    this.ways = ways
    this.keyLo = new Int32Array(entries)
    this.keyHi = new Int32Array(entries).fill(-1)
    this.tag = new Int32Array(entries)
    this.pfn = new Int32Array(entries)
    this.perms = new Uint8Array(entries)
    this.epoch = new Float64Array(entries)
    this.hand = new Uint8Array(entries / ways)
    this.fullAt = new Float64Array(entries / ways).fill(-1)
    this.setMask = entries / ways - 1
  }
}

export class Tlb {
  hits = 0
  /** False: nothing was ever entered, so there is nothing to invalidate. */
  everFilled = false
  misses = 0
  /** Of the last hit: its frame (of the page asked for, also inside a huge entry), permissions and slot. */
  pfn = 0
  perms = 0
  slot = -1
  readonly size: number
  /** By slot: PhysicalMemory.frees when it was filled. */
  readonly filledAt: Uint32Array
  /** What is kept of upper levels; null where the walker always begins at the top. */
  readonly upper: WalkCache | null
  /** Pages known to have no entry; null where only valid entries are kept. */
  readonly invalid: InvalidEntries | null
  readonly software: boolean
  private readonly arrays: TlbArray[]
  private clock = 1
  private flushes = 0
  private allEpoch = 0
  private globalEpoch = 0
  /** By tag; grows with the highest tag that was flushed. */
  private tagEpoch = new Float64Array(16)
  private currentTag = 0
  private currentEpoch = 0

  constructor(geometry: TlbGeometry) {
    let slot = 0
    this.arrays = geometry.sizes.map(({ pageShift, entries, ways }) => {
      const array = new TlbArray(slot, pageShift, entries, ways)
      slot += entries
      return array
    })
    this.size = slot
    this.filledAt = new Uint32Array(slot)
    const { walkCache } = geometry
    this.invalid = geometry.keepsInvalid === true ? new InvalidEntries() : null
    this.software = geometry.software === true
    this.upper = walkCache === undefined ? null : new WalkCache(walkCache.shifts, walkCache.rule)
  }

  /** The tag that lookups use from now on. */
  setTag(tag: number): void {
    this.currentTag = tag
    this.currentEpoch = Math.max(this.epochOf(tag), this.allEpoch)
    this.upper?.setTag(tag)
  }

  lookup(vpnLo: number, vpnHi: number): boolean {
    for (let i = 0; i < this.arrays.length; i++) {
      const array = this.arrays[i]
      if (array.filled === 0) continue
      const slot = this.find(array, vpnLo, vpnHi)
      if (slot < 0) continue
      const within = (1 << array.pageShift) - 1
      this.pfn = array.pfn[slot] + (vpnLo & within)
      this.perms = array.perms[slot]
      this.slot = array.firstSlot + slot
      this.hits++
      return true
    }
    this.misses++
    return false
  }

  /**
   * After a miss: enters the translation that `vpn` belongs to; returns its slot. `pfn` is the first frame of the entry that is kept:
   * where the TLB has no entries of 2^pageShift pages, `keptShift(pageShift)` tells what it keeps instead.
   */
  fill(vpnLo: number, vpnHi: number, pageShift: number, pfn: number, perms: number, global: boolean): number {
    this.everFilled = true
    const array = this.arrayFor(pageShift)
    const keyLo = key(vpnLo, vpnHi, array.pageShift)
    const keyHi = vpnHi >>> array.pageShift
    const slot = this.place(array, keyLo & array.setMask)
    if (array.epoch[slot] === 0) array.filled++
    else array.ending[array.keyLo[slot] & (KEY_ENDINGS - 1)]--
    array.ending[keyLo & (KEY_ENDINGS - 1)]++
    array.keyLo[slot] = keyLo
    array.keyHi[slot] = keyHi
    array.tag[slot] = global ? -1 : this.currentTag
    array.pfn[slot] = pfn
    array.perms[slot] = perms
    array.epoch[slot] = this.clock
    return array.firstSlot + slot
  }

  /** log2 pages of the entry that a translation of 2^pageShift pages is kept as. */
  keptShift(pageShift: number): number {
    return this.arrayFor(pageShift).pageShift
  }

  /** Changes the permissions of the entry in `slot` (a dirty bit learnt later). */
  setPerms(slot: number, perms: number): void {
    const array = this.arrayOf(slot)
    array.perms[slot - array.firstSlot] = perms
  }

  /** Forgets the entry in `slot`. */
  evict(slot: number): void {
    const array = this.arrayOf(slot)
    array.epoch[slot - array.firstSlot] = -1
    this.flushes++
  }

  /**
   * Drops entries of a tag (and global ones) for one page, and what the walker keeps of its upper levels unless `lastLevel`.
   */
  flushPage(tag: number, vpnLo: number, vpnHi: number, lastLevel = false): void {
    for (const array of this.arrays) {
      if (array.filled === 0) continue
      const slot = this.findOf(array, tag, vpnLo, vpnHi)
      if (slot < 0) continue
      array.epoch[slot] = -1
      this.flushes++
    }
    if (!lastLevel) this.upper?.flushPage(tag, vpnLo, vpnHi)
    this.invalid?.flushPage(tag, vpnLo, vpnHi)
  }

  /** Drops all entries of a tag except global ones. */
  flushTag(tag: number): void {
    this.flushes++
    if (tag >= this.tagEpoch.length) {
      const longer = new Float64Array(2 * tag)
      longer.set(this.tagEpoch)
      this.tagEpoch = longer
    }
    this.tagEpoch[tag] = ++this.clock
    if (tag === this.currentTag) this.currentEpoch = this.clock
    this.upper?.flushTag(tag)
    this.invalid?.flushTag(tag)
  }

  /** Drops everything, or everything but global entries. */
  flushAll(keepGlobal: boolean): void {
    this.flushes++
    this.allEpoch = ++this.clock
    if (!keepGlobal) this.globalEpoch = this.clock
    this.currentEpoch = this.clock
    this.upper?.flushAll()
    this.invalid?.flushAll()
  }

  /** Visits the valid entries. For panels and tests, not for the hot path. */
  forEach(
    visit: (entry: {
      slot: number
      vpnLo: number
      vpnHi: number
      pageShift: number
      tag: number
      pfn: number
      perms: number
    }) => void,
  ): void {
    for (const array of this.arrays) {
      for (let slot = 0; slot < array.entries; slot++) {
        if (!this.valid(array, slot)) continue
        const shift = array.pageShift
        const vpnLo = (array.keyLo[slot] << shift) >>> 0
        const vpnHi =
          shift === 0
            ? array.keyHi[slot]
            : ((array.keyHi[slot] << shift) | (array.keyLo[slot] >>> (32 - shift))) >>> 0
        visit({
          slot: array.firstSlot + slot,
          vpnLo,
          vpnHi,
          pageShift: shift,
          tag: array.tag[slot],
          pfn: array.pfn[slot],
          perms: array.perms[slot],
        })
      }
    }
  }

  private find(array: TlbArray, vpnLo: number, vpnHi: number): number {
    const keyLo = key(vpnLo, vpnHi, array.pageShift)
    if (array.ending[keyLo & (KEY_ENDINGS - 1)] === 0) return -1
    const keyHi = vpnHi >>> array.pageShift
    const first = (keyLo & array.setMask) * array.ways
    const end = first + array.ways
    for (let slot = first; slot < end; slot++) {
      if (array.keyLo[slot] !== keyLo || array.keyHi[slot] !== keyHi) continue
      const tag = array.tag[slot]
      if (
        tag === this.currentTag
          ? array.epoch[slot] >= this.currentEpoch
          : tag === -1 && array.epoch[slot] >= this.globalEpoch
      ) {
        if (array.epoch[slot] > 0) return slot
      }
    }
    return -1
  }

  /** Slot of the valid entry of `tag`, or of all tags, for a page; −1: none. */
  private findOf(array: TlbArray, tag: number, vpnLo: number, vpnHi: number): number {
    const keyLo = key(vpnLo, vpnHi, array.pageShift)
    const keyHi = vpnHi >>> array.pageShift
    const first = (keyLo & array.setMask) * array.ways
    for (let slot = first; slot < first + array.ways; slot++) {
      if (array.keyLo[slot] !== keyLo || array.keyHi[slot] !== keyHi) continue
      const its = array.tag[slot]
      if ((its === tag || its === -1) && this.valid(array, slot)) return slot
    }
    return -1
  }

  private epochOf(tag: number): number {
    return tag < this.tagEpoch.length ? this.tagEpoch[tag] : 0
  }

  /** Where an entry goes: into a free way, or over the next in turn. */
  private place(array: TlbArray, set: number): number {
    const first = set * array.ways
    if (array.fullAt[set] !== this.flushes) {
      const free = this.freeWay(array, first)
      if (free >= 0) return free
      array.fullAt[set] = this.flushes
    }
    const way = array.hand[set]
    array.hand[set] = way + 1 === array.ways ? 0 : way + 1
    return first + way
  }

  private freeWay(array: TlbArray, first: number): number {
    for (let slot = first; slot < first + array.ways; slot++) if (!this.valid(array, slot)) return slot
    return -1
  }

  private valid(array: TlbArray, slot: number): boolean {
    const epoch = array.epoch[slot]
    if (epoch <= 0) return false
    const tag = array.tag[slot]
    if (tag === -1) return epoch >= this.globalEpoch
    if (tag === this.currentTag) return epoch >= this.currentEpoch
    return epoch >= this.allEpoch && epoch >= this.epochOf(tag)
  }

  /** The array for entries of this size: the largest not above it (a huge page may be kept as small entries). */
  private arrayFor(pageShift: number): TlbArray {
    if (pageShift === 0) return this.arrays[0]
    let best = this.arrays[0]
    for (const array of this.arrays) if (array.pageShift <= pageShift) best = array
    return best
  }

  private arrayOf(slot: number): TlbArray {
    let best = this.arrays[0]
    for (const array of this.arrays) if (array.firstSlot <= slot) best = array
    return best
  }
}

function key(vpnLo: number, vpnHi: number, shift: number): number {
  return shift === 0 ? vpnLo | 0 : (vpnLo >>> shift) | (vpnHi << (32 - shift))
}
