import type { Link, Push, Request, Response } from '../../src/host/protocol.ts'
import { ConnectionLost, createPushes, isPush, isResponse, linkOver } from './rpc.ts'

export type ConnectionState = 'connecting' | 'open' | 'lost'

/** The part of WebSocket that is used, so that tests can stand in for it. */
export interface SocketLike {
  onopen: (() => void) | null
  onclose: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  send(data: string): void
  close(): void
}

export interface SocketLink extends Link {
  /** Opens a new socket after a loss. */
  reconnect(): void
}

interface Waiting {
  resolve(response: Response): void
  reject(error: Error): void
}

/** Requests and pushes as JSON over one WebSocket. Calls made while it opens wait for it; a loss rejects what is in flight. */
export function socketLink(open: () => SocketLike, onState: (state: ConnectionState) => void): SocketLink {
  const pushes = createPushes()
  const waiting = new Map<number, Waiting>()
  let queue: string[] = []
  let state: ConnectionState = 'connecting'
  let socket = connect()

  function connect(): SocketLike {
    setState('connecting')
    const fresh = open()
    fresh.onopen = () => {
      setState('open')
      for (const text of queue.splice(0)) fresh.send(text)
    }
    fresh.onclose = () => {
      if (fresh === socket) lose()
    }
    fresh.onmessage = (event) => {
      receive(event.data)
    }
    return fresh
  }

  function setState(next: ConnectionState): void {
    state = next
    onState(next)
  }

  function lose(): void {
    setState('lost')
    queue = []
    const lost = [...waiting.values()]
    waiting.clear()
    for (const call of lost) call.reject(new ConnectionLost())
  }

  function receive(data: unknown): void {
    const message: unknown = JSON.parse(String(data))
    if (isPush(message)) {
      pushes.emit(message as Push)
      return
    }
    if (!isResponse(message)) return
    waiting.get(message.id)?.resolve(message)
    waiting.delete(message.id)
  }

  function send(request: Request): Promise<Response> {
    if (state === 'lost') return Promise.reject(new ConnectionLost())
    return new Promise((resolve, reject) => {
      waiting.set(request.id, { resolve, reject })
      const text = JSON.stringify(request)
      if (state === 'open') socket.send(text)
      else queue.push(text)
    })
  }

  return {
    ...linkOver(send, (listener) => pushes.add(listener)),
    reconnect() {
      if (state === 'lost') socket = connect()
    },
  }
}
