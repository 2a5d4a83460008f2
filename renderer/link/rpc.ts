import type { Answers, Link, Method, Params, Push, Response } from '../../src/host/protocol.ts'

/** A call that could not be answered because the connection went away, not because the host refused. */
export class ConnectionLost extends Error {
  constructor() {
    super('The lab host cannot be reached.')
    this.name = 'ConnectionLost'
  }
}

export function isPush(message: unknown): message is Push {
  return typeof message === 'object' && message !== null && 'push' in message
}

export function isResponse(message: unknown): message is Response {
  return (
    typeof message === 'object' && message !== null && typeof (message as { id?: unknown }).id === 'number'
  )
}

/** The result of a response, or the host's message as an Error. */
export function unwrap(response: Response): unknown {
  if ('error' in response) throw new Error(response.error.message)
  return response.result
}

/** Push listeners shared by every transport. */
export function createPushes(): { emit(push: Push): void; add(listener: (push: Push) => void): () => void } {
  const listeners = new Set<(push: Push) => void>()
  return {
    emit(push) {
      for (const listener of listeners) listener(push)
    },
    add(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

/** A Link out of something that carries one request to the host and brings its response back. */
export function linkOver(
  send: (request: { id: number; method: Method; params: unknown }) => Promise<Response>,
  onPush: Link['onPush'],
): Link {
  let nextId = 1
  return {
    async call<M extends Method>(method: M, params: Params<M>) {
      const response = await send({ id: nextId++, method, params })
      return unwrap(response) as Answers[M]
    },
    onPush,
  }
}
