/** What records about TLBs and about what is freed after them do to the state, fills apart. */
import { KIND } from '../schema.ts'
import { fillTag, flushScope, flushTag } from '../tags.ts'
import type { State } from './state.ts'

/** CORRUPTION by a walk that began at a freed table (src/mm/corruption.ts, VIA). */
const VIA_WALK_CACHE = 1

export function applyTlb(state: State, w: Uint32Array, at: number): void {
  const cpu = (w[at] >>> 8) & 0xff
  switch (w[at] & 0xff) {
    case KIND.TLB_EVICT:
      return state.tlb(cpu).evict(w[at + 3])
    case KIND.TLB_FLUSH:
      return flush(state, cpu, w, at)
    case KIND.WALK_CACHE_FILL:
      return state
        .upper(cpu)
        .fill(w[at + 3], fillTag(w[at], w[at + 1]), w[at + 4], w[at + 5], w[at + 6], w[at + 7])
    case KIND.TLB_FILL_INVALID:
      return state.upper(cpu).fill(w[at + 3], fillTag(w[at], w[at + 1]), 0, 0, w[at + 6], w[at + 7])
    case KIND.CORRUPTION:
      if (w[at + 1] >>> 24 === VIA_WALK_CACHE) state.upper(cpu).forget(w[at + 5])
      return
    case KIND.GATHER_BEGIN:
    case KIND.GATHER_ADD:
    case KIND.GATHER_FLUSH:
    case KIND.GATHER_END:
    case KIND.GATHER_WAIT:
    case KIND.RCU_DEFER:
    case KIND.RCU_DONE:
      return state.pending.apply(w, at)
  }
}

function flush(state: State, cpu: number, w: Uint32Array, at: number): void {
  const scope = flushScope(w[at + 1])
  const tag = flushTag(w[at], w[at + 1])
  state.tlb(cpu).flush(scope, tag, w[at + 4], w[at + 5], w[at + 6], w[at + 7])
  state.upper(cpu).flush(scope, tag, w[at + 4], w[at + 5], w[at + 6], w[at + 7])
}
