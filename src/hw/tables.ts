/**
 * Physical memory that holds page tables. Every table has its real size, place and bit patterns; storage is sparse in
 * blocks of 32 entries, so a table with one entry costs a few hundred bytes however large it is.
 * A block that is all "none" is shared and read-only; the first write to it makes a private one. So is the directory of
 * a table that was never written.
 */
import type { Arch } from '../arch/arch.ts'
import { KIND, LEVEL } from '../trace/schema.ts'
import type { Recorder } from '../trace/recorder.ts'
import type { Frames } from './frames.ts'

const BLOCK_SHIFT = 5
const BLOCK_ENTRIES = 1 << BLOCK_SHIFT
const BLOCK_MASK = BLOCK_ENTRIES - 1
const BLOCK_WORDS = BLOCK_ENTRIES * 2
/** Blocks of written entries that there is room for at first. */
const INITIAL_BLOCKS = 1 << 16

export class TableStore {
  words: Int32Array
  /** Where in `words` the block of each 32 entries of each table begins. */
  dirs: Int32Array
  /** Per table: where its directory starts, its depth, frame, byte offset in the frame, owner mm. */
  dir = new Int32Array(1024)
  depth = new Uint8Array(1024)
  frame = new Int32Array(1024)
  offset = new Int32Array(1024)
  owner = new Int32Array(1024)
  /** Tells a table from another one that has its number later; 0: there is none now. */
  serial = new Int32Array(1024)
  live = 0
  /** Changes whenever a path from a top table down may have changed. */
  shape = 0
  /** LEVEL number of each depth. */
  readonly levelOf: readonly number[]
  /** Depth of the pte level. */
  private readonly last: number
  /** Blocks below this one are shared and empty, one for each depth. */
  private readonly noneEnd: number
  /** By depth: blocks of a table. */
  private readonly blocks: Int32Array
  private blockEnd: number
  private freeBlock = -1
  /** The block dropped last, when none was taken since: the next goes behind it, so that tables take neighbours again. */
  private lastDropped = -1
  private nextTable = 1
  private made = 0
  private freeTable = 0
  private dirEnd = 0
  /** Directories below this one are shared, one for each depth. */
  private readonly ownDirs: number
  private readonly noneDirs: Int32Array
  private readonly freeDirs: number[]
  /** log2 of the smallest table's bytes, when tables share pages; else the page shift. */
  private readonly granuleShift: number
  private readonly sharing: boolean
  private readonly groups: Int32Array[] = [new Int32Array(0)]
  private freeGroup: number[] = []

  private readonly arch: Arch
  private readonly frames: Frames
  private readonly trace: Recorder

  constructor(arch: Arch, frames: Frames, trace: Recorder, blocks = INITIAL_BLOCKS) {
    this.arch = arch
    this.frames = frames
    this.trace = trace
    const levels = arch.levels
    this.levelOf = levels.map((level) => LEVEL[level.name])
    this.last = levels.length - 1
    this.noneEnd = levels.length * BLOCK_WORDS
    this.blockEnd = this.noneEnd
    this.words = new Int32Array(BLOCK_WORDS * blocks)
    this.dirs = new Int32Array(blocks)
    for (let d = 0; d < levels.length; d++) this.fillNone(d * BLOCK_WORDS, d)
    this.freeDirs = new Array<number>(20).fill(-1)
    this.blocks = Int32Array.from(levels, ({ entries }) => (entries + BLOCK_MASK) >> BLOCK_SHIFT)
    this.noneDirs = Int32Array.from(levels, (_, depth) => this.filledDir(depth))
    this.ownDirs = this.dirEnd
    const smallest = Math.min(...levels.map((level) => level.allocBytes))
    this.sharing = levels.some((level) => level.perPage > 1)
    this.granuleShift = this.sharing ? Math.floor(Math.log2(smallest)) : arch.pageShift
  }

  /** Makes an empty table of the level at `depth` at frame·pageSize + offset; returns its id. Emits nothing. */
  create(depth: number, frame: number, offset: number, owner: number): number {
    const id = this.newId()
    this.dir[id] = this.noneDirs[depth]
    this.depth[id] = depth
    this.frame[id] = frame
    this.offset[id] = offset
    this.owner[id] = owner
    this.serial[id] = ++this.made
    this.enter(id, frame, offset)
    this.live++
    return id
  }

  destroy(id: number): void {
    if (this.dir[id] >= this.ownDirs) this.dropDir(this.dir[id], this.blocks[this.depth[id]])
    this.leave(this.frame[id], this.offset[id])
    this.dir[id] = this.freeTable
    this.freeTable = id
    this.frame[id] = -1
    this.serial[id] = 0
    this.live--
    this.shape++
  }

  /** Table at a physical address, or 0 where there is none. */
  lookup(frame: number, offset: number): number {
    const at = this.frames.table[frame]
    if (!this.sharing || at >= 0) return at
    return this.groups[-at][offset >>> this.granuleShift]
  }

  /** Index into `words` of the low half of an entry; the high half follows. For reading only. */
  at(id: number, index: number): number {
    return this.dirs[this.dir[id] + (index >> BLOCK_SHIFT)] + (index & BLOCK_MASK) * 2
  }

  /** True when the 32 entries around `index` were never written: a reader may skip to the next multiple of 32. */
  untouched(id: number, index: number): boolean {
    return this.dirs[this.dir[id] + (index >> BLOCK_SHIFT)] < this.noneEnd
  }

  /** Like `at`, for writing: the 32 entries around `index` get storage of their own. Nothing is recorded. */
  own(id: number, index: number): number {
    let block = this.dirs[this.dir[id] + (index >> BLOCK_SHIFT)]
    if (block < this.noneEnd) block = this.ownBlock(id, index)
    return block + (index & BLOCK_MASK) * 2
  }

  /** Writes an entry and records it. `flags`: SET_BY_HW or 0. */
  set(id: number, index: number, lo: number, hi: number, flags: number): void {
    const at = this.own(id, index)
    const words = this.words
    if (this.trace.on) {
      this.trace.emit(
        KIND.SET_ENTRY,
        index,
        flags | this.levelOf[this.depth[id]],
        id,
        words[at],
        words[at + 1],
        lo,
        hi,
      )
    }
    words[at] = lo
    words[at + 1] = hi
    if (this.depth[id] !== this.last) this.shape++
  }

  /** Writes an entry without recording it: for callers that record a whole range themselves. */
  put(id: number, index: number, lo: number, hi: number): void {
    const at = this.own(id, index)
    this.words[at] = lo
    this.words[at + 1] = hi
    if (this.depth[id] !== this.last) this.shape++
  }

  /** Empties the 32 entries around `index`, which then take no storage. Nothing is recorded. For the last level. */
  drop(id: number, index: number): void {
    const slot = this.dir[id] + (index >> BLOCK_SHIFT)
    this.dropBlock(this.dirs[slot])
    this.dirs[slot] = this.depth[id] * BLOCK_WORDS
  }

  private ownBlock(id: number, index: number): number {
    const depth = this.depth[id]
    if (this.dir[id] < this.ownDirs) this.dir[id] = this.filledDir(depth)
    const block = this.newBlock(depth)
    this.dirs[this.dir[id] + (index >> BLOCK_SHIFT)] = block
    return block
  }

  private newBlock(depth: number): number {
    let block = this.freeBlock
    if (block >= 0) {
      this.freeBlock = this.words[block] - 1
      this.lastDropped = -1
    } else {
      block = this.blockEnd
      this.blockEnd += BLOCK_WORDS
      if (this.blockEnd > this.words.length) {
        const words = new Int32Array(this.words.length * 2)
        words.set(this.words)
        this.words = words
      }
    }
    this.fillNone(block, depth)
    return block
  }

  private dropBlock(block: number): void {
    const { words, lastDropped } = this
    this.lastDropped = block
    if (lastDropped >= 0) {
      words[block] = words[lastDropped]
      words[lastDropped] = block + 1
      return
    }
    words[block] = this.freeBlock + 1
    this.freeBlock = block
  }

  private fillNone(block: number, depth: number): void {
    const { noneLo, noneHi } = this.arch.levels[depth]
    if (noneLo === noneHi) {
      this.words.fill(noneLo, block, block + BLOCK_WORDS)
      return
    }
    for (let i = block; i < block + BLOCK_WORDS; i += 2) {
      this.words[i] = noneLo
      this.words[i + 1] = noneHi
    }
  }

  private filledDir(depth: number): number {
    const blocks = this.blocks[depth]
    const dir = this.newDir(blocks)
    this.dirs.fill(depth * BLOCK_WORDS, dir, dir + blocks)
    return dir
  }

  private newDir(blocks: number): number {
    const size = sizeOf(blocks)
    const head = this.freeDirs[size]
    if (head >= 0) {
      this.freeDirs[size] = this.dirs[head] - 1
      return head
    }
    const at = this.dirEnd
    this.dirEnd += 1 << size
    if (this.dirEnd > this.dirs.length) {
      const dirs = new Int32Array(Math.max(this.dirs.length * 2, this.dirEnd))
      dirs.set(this.dirs)
      this.dirs = dirs
    }
    return at
  }

  /** Gives back a directory and the blocks in it. */
  private dropDir(at: number, blocks: number): void {
    for (let i = at; i < at + blocks; i++) if (this.dirs[i] >= this.noneEnd) this.dropBlock(this.dirs[i])
    const size = sizeOf(blocks)
    this.dirs[at] = this.freeDirs[size] + 1
    this.freeDirs[size] = at
  }

  private newId(): number {
    const id = this.freeTable
    if (id !== 0) {
      this.freeTable = this.dir[id]
      return id
    }
    if (this.nextTable === this.dir.length) this.growIds()
    return this.nextTable++
  }

  private growIds(): void {
    const size = this.dir.length * 2
    const copy = <T extends Int32Array | Uint8Array>(from: T, to: T): T => {
      to.set(from)
      return to
    }
    this.dir = copy(this.dir, new Int32Array(size))
    this.depth = copy(this.depth, new Uint8Array(size))
    this.frame = copy(this.frame, new Int32Array(size))
    this.offset = copy(this.offset, new Int32Array(size))
    this.owner = copy(this.owner, new Int32Array(size))
    this.serial = copy(this.serial, new Int32Array(size))
  }

  private enter(id: number, frame: number, offset: number): void {
    const { table } = this.frames
    if (!this.sharing) {
      table[frame] = id
      return
    }
    if (table[frame] === 0) table[frame] = -this.newGroup()
    this.groups[-table[frame]][offset >>> this.granuleShift] = id
  }

  private leave(frame: number, offset: number): void {
    const { table } = this.frames
    if (!this.sharing) {
      table[frame] = 0
      return
    }
    const number = -table[frame]
    const group = this.groups[number]
    group[offset >>> this.granuleShift] = 0
    if (group.some((id) => id !== 0)) return
    this.freeGroup.push(number)
    table[frame] = 0
  }

  private newGroup(): number {
    const free = this.freeGroup.pop()
    if (free !== undefined) return free
    this.groups.push(new Int32Array(Math.max(1, this.arch.pageSize >>> this.granuleShift)))
    return this.groups.length - 1
  }
}

/** log2 of the directory that holds so many blocks. */
function sizeOf(blocks: number): number {
  return 32 - Math.clz32(blocks - 1)
}
