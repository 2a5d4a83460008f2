/** The built UI over HTTP: only files of one folder, with headers that let a page do nothing but be the desk. */
import { createReadStream, existsSync, realpathSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** Monaco writes style elements and starts workers from blobs; nothing else is loosened. */
export function securityHeaders(socketOrigin: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    `connect-src 'self' ${socketOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  }
}

export function serveFile(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
  headers: Record<string, string>,
): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { ...headers, Allow: 'GET, HEAD' }).end()
    return
  }
  const file = fileOf(folder, request.url ?? '/')
  if (file === null) {
    response.writeHead(404, { ...headers, 'Content-Type': 'text/plain' }).end('not found\n')
    return
  }
  const hashed = /\/assets\//.test(request.url ?? '')
  response.writeHead(200, {
    ...headers,
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Length': statSync(file).size,
    'Cache-Control': hashed ? 'max-age=31536000, immutable' : 'no-cache',
  })
  if (request.method === 'HEAD') response.end()
  else createReadStream(file).pipe(response)
}

function fileOf(folder: string, url: string): string | null {
  try {
    const path = decodeURIComponent(new URL(url, 'http://lab').pathname)
    const wanted = join(folder, path.endsWith('/') ? `${path}index.html` : path)
    if (path.includes('\0') || !existsSync(wanted)) return null
    const real = realpathSync(wanted)
    return real.startsWith(realpathSync(folder) + sep) && statSync(real).isFile() ? real : null
  } catch {
    return null
  }
}
