/** The browser host: the built UI and the protocol on a loopback port, for whoever holds this start's token. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { dataFolder, projectFolder, sandboxFolder } from './folders.ts'
import { createService } from './service.ts'
import type { Service, ServiceOptions } from './service.ts'
import { attachSocket } from './socket.ts'
import { securityHeaders, serveFile } from './staticFiles.ts'

export const DEFAULT_PORT = 4650
const ADDRESS = '127.0.0.1'

export interface ServerOptions {
  /** 0 for any free port. */
  port?: number
  /** Folder of the built UI. */
  ui?: string
  data?: string
  lessons?: string
  limits?: ServiceOptions['limits']
  token?: string
  log?: (line: string) => void
}

export interface RunningServer {
  /** Address with the token. */
  url: string
  port: number
  token: string
  close(): Promise<void>
}

/** @throws Error with one line that says what to do when the port is taken or the UI is not built. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const root = projectFolder()
  const ui = options.ui ?? join(root, 'out', 'renderer')
  if (!existsSync(join(ui, 'index.html')))
    throw new Error(`the desk is not built (${ui} is missing): run npm run build:app first`)
  const log = options.log ?? ((line: string) => process.stderr.write(`ptlab: ${line}\n`))
  const token = options.token ?? randomBytes(24).toString('base64url')
  const service = createService({
    host: 'browser',
    appVersion: appVersion(root),
    sandbox: sandboxFolder(),
    lessons: options.lessons ?? join(root, 'scenarios'),
    data: options.data ?? dataFolder(),
    onRejected: log,
    ...(options.limits ? { limits: options.limits } : {}),
  })
  const server = createServer()
  const port = await listen(server, options.port ?? DEFAULT_PORT)
  const hosts = [`${ADDRESS}:${port}`, `localhost:${port}`]
  server.on('request', (request, response) => {
    const host = request.headers.host ?? ''
    // A name that resolves to us but is not ours: DNS rebinding.
    if (!hosts.includes(host)) response.writeHead(403).end()
    else serveFile(ui, request, response, securityHeaders(`ws://${host}`))
  })
  const sockets = attachSocket(server, service, { token, hosts: () => hosts, log })
  service.prepare()
  return {
    url: `http://${ADDRESS}:${port}/#token=${token}`,
    port,
    token,
    close: () => close(server, sockets, service),
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(
        taken
          ? new Error(`port ${port} is in use: choose another with --port N, or --port 0 for any free one`)
          : error,
      )
    })
    server.listen(port, ADDRESS, () => resolve((server.address() as AddressInfo).port))
  })
}

function close(
  server: Server,
  sockets: { clients: Set<{ terminate(): void }> },
  service: Service,
): Promise<void> {
  for (const client of sockets.clients) client.terminate()
  service.close()
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

export function appVersion(root = projectFolder()): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return version
}
