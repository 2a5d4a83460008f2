import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals'
import type { Answers, Method, Params } from '../../src/host/protocol.ts'
import { ConnectionLost } from '../link/rpc.ts'
import { call, epoch } from './backend.ts'
import { LruCache } from './cache.ts'
import { errorText } from './notices.ts'

export interface Query<M extends Method> {
  /** The latest answer; kept while a newer one is on its way. Null when there is nothing to ask. */
  readonly data: ReadonlySignal<Answers[M] | null>
  readonly error: ReadonlySignal<string>
  readonly pending: ReadonlySignal<boolean>
}

/** What to ask; `version` tells apart answers that change as a run grows. Null: nothing to ask. */
export interface Wanted<M extends Method> {
  params: Params<M>
  version?: number
}

const cache = new LruCache<unknown>(400)

export function forgetAnswers(): void {
  cache.clear()
}

/**
 * Keeps the answer for what `wanted` names, which may change faster than the host answers: one request is in flight at a
 * time, and when it returns only the newest wish is asked next. Scrubbing therefore shows states on the way and ends on the last.
 */
export function createQuery<M extends Method>(method: M, wanted: () => Wanted<M> | null): Query<M> {
  const data = signal<Answers[M] | null>(null)
  const error = signal('')
  const pending = signal(false)
  let current: { wish: Wanted<M>; key: string } | null = null
  let inFlight = false

  effect(() => {
    void epoch.value
    const wish = wanted()
    current = wish ? { wish, key: `${method} ${wish.version ?? 0} ${JSON.stringify(wish.params)}` } : null
    untracked(next)
  })

  function next(): void {
    if (!current) {
      data.value = null
      error.value = ''
      return
    }
    const known = cache.get(current.key)
    if (known !== undefined) {
      data.value = known as Answers[M]
      error.value = ''
      return
    }
    if (!inFlight) void request(current.wish, current.key)
  }

  async function request(wish: Wanted<M>, key: string): Promise<void> {
    inFlight = true
    pending.value = true
    try {
      const answer = await call(method, wish.params)
      cache.set(key, answer)
      if (current) data.value = answer
      error.value = ''
    } catch (failure) {
      if (current?.key === key && !(failure instanceof ConnectionLost)) error.value = errorText(failure)
    }
    inFlight = false
    if (current?.key !== key) next()
    // Only now: in between, the answer shown would look like the one to the newest wish.
    pending.value = inFlight
  }

  return { data, error, pending }
}
