/** Ways to choose who runs next. */
import type { Random } from '../api.ts'
import type { Segment } from './schedule.ts'
import type { Choose } from './scheduler.ts'

/** Whoever ran goes on; else the first who can. */
export function goOn(enabled: readonly number[], last: number): number {
  return enabled.includes(last) ? last : enabled[0]
}

/** As a schedule says, as far as it says; a task that cannot go on is passed over. */
export function follow(segments: readonly Segment[]): Choose {
  let at = 0
  let made = 0
  return (enabled, last) => {
    for (; at < segments.length; at++, made = 0) {
      const { task, steps } = segments[at]
      if (made < steps && enabled.includes(task)) {
        made++
        return task
      }
    }
    return goOn(enabled, last)
  }
}

/** Step by step, then as goOn does. */
export function followOrder(order: readonly number[]): Choose {
  let at = 0
  return (enabled, last) => {
    const next = at < order.length ? order[at++] : -1
    return enabled.includes(next) ? next : goOn(enabled, last)
  }
}

/** At each point anybody. */
export function anybody(random: Random): Choose {
  return (enabled) => enabled[random.int(enabled.length)]
}
