/** The page frames of a replica as /proc's formatters ask for them. */
import type { PageFacts } from '../proc/pages.ts'
import type { ProcRules } from '../proc/rules.ts'
import type { State } from '../replica/state.ts'
import { PAGE, PG } from '../schema.ts'
import { forEachMapping } from './leaves.ts'

/** Kinds whose blocks of several pages are folios. */
const FOLIOS: readonly number[] = [PAGE.anon, PAGE.file, PAGE.shmem, PAGE.hugetlb, PAGE.zero]

export class ReplicaPages implements PageFacts {
  private readonly state: State
  private readonly rules: ProcRules
  private counts: Map<number, number> | null = null

  /** Valid as long as the state is. */
  constructor(state: State, rules: ProcRules) {
    this.state = state
    this.rules = rules
  }

  kind(frame: number): number {
    const known = this.state.frames.get(frame)
    if (known) return known.kind
    if (frame === this.rules.zeroFrame) return PAGE.zero
    return frame < this.rules.zeroFrame ? PAGE.reserved : PAGE.free
  }

  flags(frame: number): number {
    const known = this.state.frames.get(frame)
    if (!known) return 0
    const shown = known.flags & ~(PG.head | PG.tail)
    if (known.order === 0 || !FOLIOS.includes(known.kind)) return shown
    return known.head === frame ? shown | PG.head : PG.tail
  }

  mapcount(frame: number): number {
    this.counts ??= mapcounts(this.state)
    return this.counts.get(frame) ?? 0
  }

  head(frame: number): number {
    const known = this.state.frames.get(frame)
    return known && FOLIOS.includes(known.kind) ? known.head : frame
  }
}

/** How many present entries of all tables map each frame; the zero pages, which nobody counts, left out. */
function mapcounts(state: State): Map<number, number> {
  const counts = new Map<number, number>()
  forEachMapping(state, (first, pages) => {
    const known = state.frames.get(first)
    if (!known || known.kind === PAGE.zero) return
    for (let frame = first; frame < first + pages; frame++) counts.set(frame, (counts.get(frame) ?? 0) + 1)
  })
  return counts
}
