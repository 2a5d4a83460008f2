/** The whole state of a machine as the trace tells it: what a replica moves along the trace. */
import type { Arch } from '../../arch/arch.ts'
import { Frames } from './frames.ts'
import { Objects } from './objects.ts'
import { PendingState, type PendingSnapshot } from './pending.ts'
import type { Pool } from './pool.ts'
import { Tables } from './tables.ts'
import { TlbState } from './tlb.ts'
import type { TrieRoot } from './trie.ts'
import { UpperState, type UpperEntry } from './upper.ts'

/** The state at one position, sharing everything that did not change with its neighbours. */
export interface Keyframe {
  /** Records applied. */
  position: number
  /** Top of the pool when it was taken. */
  top: number
  tables: TrieRoot[]
  objects: TrieRoot[]
  frames: TrieRoot
  tlbs: Uint32Array[]
  tagMms: Uint32Array[]
  uppers: (readonly UpperEntry[])[]
  pending: PendingSnapshot
}

const MAX_CPUS = 256
/** Tags of a CPU whose mm is known: the last ones. */
const MAX_TAGS = 1024
const NO_SLOTS = new Uint32Array(0)

export class State {
  readonly arch: Arch
  readonly pool: Pool
  readonly tables: Tables
  readonly objects: Objects
  readonly frames: Frames
  readonly tlbs: TlbState[] = []
  /** By CPU: what its walker remembers. */
  readonly uppers: UpperState[] = []
  /** Gathers, grace periods and frees under way. */
  readonly pending = new PendingState()
  /** Per CPU: mm that used each TLB tag last, as pairs of tag and mm. */
  tagMms: Uint32Array[] = []
  /** Records applied so far. */
  position = 0
  /** Told about records that do not fit the state (old value wrong, unknown table …). */
  onMismatch: ((k: number, message: string) => void) | null = null

  constructor(arch: Arch, pool: Pool) {
    this.arch = arch
    this.pool = pool
    this.tables = new Tables(pool, arch)
    this.objects = new Objects(pool)
    this.frames = new Frames(pool)
  }

  tlb(cpu: number): TlbState {
    while (this.tlbs.length <= cpu && this.tlbs.length < MAX_CPUS) this.tlbs.push(new TlbState())
    return this.tlbs[cpu]
  }

  upper(cpu: number): UpperState {
    while (this.uppers.length <= cpu && this.uppers.length < MAX_CPUS)
      this.uppers.push(new UpperState(this.arch))
    return this.uppers[cpu]
  }

  /** Notes that `mm` runs under `tag` on a CPU from now on. */
  setTag(cpu: number, tag: number, mm: number): void {
    while (this.tagMms.length <= cpu && this.tagMms.length < MAX_CPUS) this.tagMms.push(NO_SLOTS)
    const old = this.tagMms[cpu]
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] !== tag) continue
      if (old[i + 1] === mm) return
      const changed = old.slice()
      changed[i + 1] = mm
      this.tagMms[cpu] = changed
      return
    }
    const pairs = new Uint32Array(Math.min(old.length, 2 * MAX_TAGS - 2) + 2)
    pairs.set(old.subarray(Math.max(0, old.length - pairs.length + 2)))
    pairs.set([tag, mm], pairs.length - 2)
    this.tagMms[cpu] = pairs
  }

  /** mm that the entries of a tag belong to, or 0. */
  mmOfTag(cpu: number, tag: number): number {
    const pairs = this.tagMms[cpu] ?? NO_SLOTS
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === tag) return pairs[i + 1]
    return 0
  }

  snapshot(): Keyframe {
    const frame: Keyframe = {
      position: this.position,
      top: this.pool.top,
      tables: this.tables.snapshot(),
      objects: this.objects.snapshot(),
      frames: this.frames.snapshot(),
      tlbs: this.tlbs.map((tlb) => tlb.snapshot()),
      tagMms: this.tagMms.slice(),
      uppers: this.uppers.map((upper) => upper.snapshot()),
      pending: this.pending.snapshot(),
    }
    this.pool.seal()
    return frame
  }

  restore(frame: Keyframe): void {
    this.position = frame.position
    this.tables.restore(frame.tables)
    this.objects.restore(frame.objects)
    this.frames.restore(frame.frames)
    const cpus = Math.max(this.tlbs.length, frame.tlbs.length)
    for (let cpu = 0; cpu < cpus; cpu++) this.tlb(cpu).restore(frame.tlbs[cpu] ?? NO_SLOTS)
    const known = Math.max(this.uppers.length, frame.uppers.length)
    for (let cpu = 0; cpu < known; cpu++) this.upper(cpu).restore(frame.uppers[cpu] ?? [])
    this.tagMms = frame.tagMms.slice()
    this.pending.restore(frame.pending)
  }
}
