/** A lockless walk that a history is in the middle of. */
import type { GupWalker, Process } from '../api.ts'
import { LabError } from '../errors.ts'
import type { Step } from './steps.ts'

/**
 * Steps of one call on one CPU: a walk that another CPU is in the middle of goes on after them. After a second call it
 * could be in the way: a CPU that waits for it runs nothing.
 */
export const UNDER_A_WALK: ReadonlySet<string> = new Set<Step['kind']>([
  'mmap',
  'munmap',
  'mprotect',
  'dontneed',
  'dontfork',
])

/** A lockless walk under way. */
export interface Held {
  walker: GupWalker
  thread: Process
  cpu: number
}

/** null where the architecture has no such walks. */
export function walkerOf(begin: () => GupWalker): GupWalker | null {
  try {
    return begin()
  } catch (error) {
    if (error instanceof LabError) return null
    throw error
  }
}

export function letGo({ walker, thread }: Held): void {
  if (walker.finish() === 'corrupted') throw new Error('P3: a lockless walk read a table that had been freed')
  walker.put()
  if (thread.alive) thread.exit()
}
