/** The protocol over WebSockets: who may connect, and messages in both directions. */
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { Service } from './service.ts'

export const SOCKET_PATH = '/socket'
/** A saved trace comes as one message. */
const MAX_MESSAGE = 480 * 2 ** 20

export interface SocketOptions {
  token: string
  /** Host headers that mean this server; any other is a page that was tricked into calling us. */
  hosts: () => readonly string[]
  log: (line: string) => void
}

export function attachSocket(server: Server, service: Service, options: SocketOptions): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refuse(request, options)
    if (refusal !== null) {
      options.log(`connection refused: ${refusal}`)
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (client) => converse(client, service, options.log))
  })
  return sockets
}

/** Why a connection may not be, or null. */
export function refuse(
  request: Pick<IncomingMessage, 'url' | 'headers'>,
  { token, hosts }: SocketOptions,
): string | null {
  const url = new URL(request.url ?? '/', 'http://lab')
  const { host = '', origin = '' } = request.headers
  if (url.pathname !== SOCKET_PATH) return `there is nothing at ${url.pathname}`
  if (!hosts().includes(host)) return `the request names the host '${host}'`
  if (origin !== `http://${host}`) return `the page comes from '${origin}'`
  if (!sameText(url.searchParams.get('token') ?? '', token))
    return 'the token is wrong; open the address that ptlab serve printed'
  return null
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

function converse(client: WebSocket, service: Service, log: (line: string) => void): void {
  const send = (message: unknown) => {
    if (client.readyState === client.OPEN) client.send(JSON.stringify(message))
  }
  const forget = service.onPush(send)
  client.on('message', (data, isBinary) => {
    const raw = isBinary ? undefined : parse(String(data))
    if (raw === undefined) log('message rejected: not JSON text')
    // What is no JSON fits no schema either: the service answers it like any other wrong message.
    void service.handle(raw).then(send)
  })
  client.on('close', forget)
  client.on('error', (error) => log(`connection lost: ${error.message}`))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
