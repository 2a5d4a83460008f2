import type { Link, Push, Request, Response } from '../../src/host/protocol.ts'
import { linkOver } from './rpc.ts'

/** What electron/preload.ts exposes as window.ptlab. */
export interface Bridge {
  call(request: Request): Promise<Response>
  onPush(listener: (push: Push) => void): () => void
}

declare global {
  interface Window {
    readonly ptlab?: Bridge
  }
}

export function bridgeLink(bridge: Bridge): Link {
  return linkOver(
    (request) => bridge.call(request),
    (listener) => bridge.onPush(listener),
  )
}
