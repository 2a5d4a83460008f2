/**
 * What one CPU's walker remembers of upper levels: where the tables are (Intel's paging-structure caches, arm's walk
 * cache, powerpc's PWC). A walk begins at the deepest table found here, so a table that is freed without telling this CPU
 * is still read. Direct-mapped per level; invalidating by tag or completely is a new epoch.
 */

/** What an invalidation of one page takes from here: every entry of the tag, those on the page's path, or none. */
export type WalkCacheRule = 'any' | 'address' | 'none'

const SLOTS = 32
const SLOT_MASK = SLOTS - 1

export class WalkCache {
  /** Of the last hit: the table, the frame and the offset it had then, its depth. */
  table = 0
  depth = 0
  frame = 0
  offset = 0
  slot = 0
  /** By slot: the machine's count of frees when it was filled. */
  readonly filledAt: Float64Array
  readonly rule: WalkCacheRule
  /** By depth of the table: log2 pages below one such table. */
  private readonly shifts: readonly number[]
  private readonly keyLo: Int32Array
  private readonly keyHi: Int32Array
  private readonly tags: Int32Array
  private readonly tables: Int32Array
  private readonly frames: Int32Array
  private readonly offsets: Int32Array
  private readonly epochs: Float64Array
  private clock = 1
  private allEpoch = 0
  private tagEpoch = new Float64Array(16)
  private currentTag = 0
  private currentEpoch = 1
  /** Where the last hit applies, and until when: a neighbour of the last page needs no search. */
  private nearLo = 0
  private nearHi = 0
  private nearShift = 0
  private nearShape = -1

  /** `shifts[d]`: log2 pages that a table at depth d covers; entry 0, the top table, is not used. */
  constructor(shifts: readonly number[], rule: WalkCacheRule) {
    this.shifts = shifts
    this.rule = rule
    const size = shifts.length * SLOTS
    this.keyLo = new Int32Array(size)
    this.keyHi = new Int32Array(size)
    this.tags = new Int32Array(size)
    this.tables = new Int32Array(size)
    this.frames = new Int32Array(size)
    this.offsets = new Int32Array(size)
    this.epochs = new Float64Array(size)
    this.filledAt = new Float64Array(size)
  }

  setTag(tag: number): void {
    this.currentTag = tag
    this.currentEpoch = Math.max(1, this.epochOf(tag), this.allEpoch)
    this.nearShape = -1
  }

  /** Whether the last hit is also the answer for this page, in tables that have not changed since `stay`. */
  near(vpnLo: number, vpnHi: number, shape: number): boolean {
    return shape === this.nearShape && vpnHi === this.nearHi && (vpnLo ^ this.nearLo) >>> this.nearShift === 0
  }

  /** The last hit was for this page, and its table is still there while the tables keep their `shape`. */
  stay(vpnLo: number, vpnHi: number, shape: number): void {
    const deepest = this.depth === this.shifts.length - 1
    this.nearShape = deepest ? shape : -1
    this.nearShift = this.shifts[this.depth]
    this.nearLo = vpnLo
    this.nearHi = vpnHi
  }

  /** The deepest table known for a page, below depth `top`; false: none. */
  lookup(vpnLo: number, vpnHi: number, top: number): boolean {
    const { shifts, keyLo, keyHi, tags, epochs } = this
    for (let depth = shifts.length - 1; depth > top; depth--) {
      const shift = shifts[depth]
      const lo = prefixLo(vpnLo, vpnHi, shift)
      const slot = depth * SLOTS + (lo & SLOT_MASK)
      if (keyLo[slot] !== lo || keyHi[slot] !== prefixHi(vpnHi, shift)) continue
      if (tags[slot] !== this.currentTag || epochs[slot] < this.currentEpoch) continue
      this.table = this.tables[slot]
      this.depth = depth
      this.frame = this.frames[slot]
      this.offset = this.offsets[slot]
      this.slot = slot
      return true
    }
    return false
  }

  /** Remembers the table at `depth` for a page; returns its slot. */
  fill(vpnLo: number, vpnHi: number, depth: number, table: number, frame: number, offset: number): number {
    const shift = this.shifts[depth]
    const lo = prefixLo(vpnLo, vpnHi, shift)
    const slot = depth * SLOTS + (lo & SLOT_MASK)
    this.keyLo[slot] = lo
    this.keyHi[slot] = prefixHi(vpnHi, shift)
    this.tags[slot] = this.currentTag
    this.tables[slot] = table
    this.frames[slot] = frame
    this.offsets[slot] = offset
    this.epochs[slot] = this.clock
    this.nearShape = -1
    return slot
  }

  /** Forgets the entry in `slot`. */
  evict(slot: number): void {
    this.nearShape = -1
    this.epochs[slot] = 0
  }

  flushPage(tag: number, vpnLo: number, vpnHi: number): void {
    if (this.rule === 'any') return this.flushTag(tag)
    if (this.rule === 'none') return
    this.nearShape = -1
    for (let depth = 1; depth < this.shifts.length; depth++) {
      const shift = this.shifts[depth]
      const lo = prefixLo(vpnLo, vpnHi, shift)
      const slot = depth * SLOTS + (lo & SLOT_MASK)
      const same = this.keyLo[slot] === lo && this.keyHi[slot] === prefixHi(vpnHi, shift)
      if (same && this.tags[slot] === tag) this.epochs[slot] = 0
    }
  }

  flushTag(tag: number): void {
    this.nearShape = -1
    if (tag >= this.tagEpoch.length) {
      const longer = new Float64Array(2 * tag)
      longer.set(this.tagEpoch)
      this.tagEpoch = longer
    }
    this.tagEpoch[tag] = ++this.clock
    if (tag === this.currentTag) this.currentEpoch = this.clock
  }

  flushAll(): void {
    this.nearShape = -1
    this.allEpoch = ++this.clock
    this.currentEpoch = this.clock
  }

  /** Visits the valid entries, for panels and tests. */
  forEach(
    visit: (entry: { slot: number; tag: number; depth: number; table: number; frame: number }) => void,
  ): void {
    for (let slot = SLOTS; slot < this.tables.length; slot++) {
      const epoch = this.epochs[slot]
      const tag = this.tags[slot]
      if (epoch < 1 || epoch < this.allEpoch || epoch < this.epochOf(tag)) continue
      const depth = Math.floor(slot / SLOTS)
      visit({ slot, tag, depth, table: this.tables[slot], frame: this.frames[slot] })
    }
  }

  private epochOf(tag: number): number {
    return tag < this.tagEpoch.length ? this.tagEpoch[tag] : 0
  }
}

function prefixLo(vpnLo: number, vpnHi: number, shift: number): number {
  if (shift >= 32) return (vpnHi >>> (shift - 32)) | 0
  return shift === 0 ? vpnLo | 0 : (vpnLo >>> shift) | (vpnHi << (32 - shift))
}

function prefixHi(vpnHi: number, shift: number): number {
  return shift >= 32 ? 0 : vpnHi >>> shift
}
