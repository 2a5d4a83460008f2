/** The invariant of a recorded run: every record's old value is what the records before it left behind. */
import type { Arch } from '../arch/arch.ts'
import { advance } from './replica/apply.ts'
import { Pool } from './replica/pool.ts'
import { State } from './replica/state.ts'
import type { Trace } from './trace.ts'

/** What does not fit, as 'event 12: …', at most `limit` lines; empty for a sound trace. */
export function traceMismatches(trace: Trace, arch: Arch, limit = 20): string[] {
  const found: string[] = []
  const state = new State(arch, Pool.main())
  state.onMismatch = (k, message) => {
    if (found.length < limit) found.push(`event ${k}: ${message}`)
  }
  advance(state, trace, trace.length)
  return found
}
