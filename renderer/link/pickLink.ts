import type { Link } from '../../src/host/protocol.ts'
import { bridgeLink } from './bridgeLink.ts'
import { type ConnectionState, type SocketLike, socketLink } from './socketLink.ts'

export interface Transport {
  link: Link
  reconnect(): void
}

/** The per-start token that `ptlab serve` puts into the page's address. */
export function tokenOf(location: { hash: string; search: string }): string {
  const fromHash = new URLSearchParams(location.hash.replace(/^#/, '')).get('token')
  return fromHash ?? new URLSearchParams(location.search).get('token') ?? ''
}

export function socketAddress(location: {
  protocol: string
  host: string
  hash: string
  search: string
}): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return `${scheme}://${location.host}/socket?token=${encodeURIComponent(tokenOf(location))}`
}

/** The desktop shell's bridge where there is one, else a WebSocket to the page's own host. */
export function pickLink(onState: (state: ConnectionState) => void): Transport {
  if (window.ptlab) {
    onState('open')
    return { link: bridgeLink(window.ptlab), reconnect: () => undefined }
  }
  const address = socketAddress(window.location)
  const link = socketLink(() => new WebSocket(address) as unknown as SocketLike, onState)
  return { link, reconnect: () => link.reconnect() }
}
