import { signal } from '@preact/signals'
import type { Answers, Link, Method, Params } from '../../src/host/protocol.ts'
import { ConnectionLost } from '../link/rpc.ts'
import type { ConnectionState } from '../link/socketLink.ts'
import { track } from './activity.ts'
import { errorText, notify } from './notices.ts'

export const connection = signal<ConnectionState>('connecting')
export const hello = signal<Answers['hello'] | null>(null)

/** Grows with every new connection, so that what failed while it was lost is asked again. */
export const epoch = signal(0)

let link: Link | null = null

export function useLink(next: Link): void {
  link = next
}

/** Asks the host. Rejects with what the host said. */
export function call<M extends Method>(method: M, params: Params<M>): Promise<Answers[M]> {
  if (!link) return Promise.reject(new ConnectionLost())
  return track(link.call(method, params))
}

/** Asks without counting as activity: for housekeeping nobody waits for. */
export function callQuietly<M extends Method>(method: M, params: Params<M>): Promise<Answers[M]> {
  return link ? link.call(method, params) : Promise.reject(new ConnectionLost())
}

/** Asks; a failure becomes a notice and null. A lost connection has its own notice and is not repeated here. */
export async function ask<M extends Method>(method: M, params: Params<M>): Promise<Answers[M] | null> {
  try {
    return await call(method, params)
  } catch (error) {
    if (!(error instanceof ConnectionLost)) notify('error', errorText(error))
    return null
  }
}
