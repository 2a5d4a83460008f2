import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { builtFolder } from '../sandbox/testing/built.ts'
import { startServer } from './server.ts'
import type { RunningServer } from './server.ts'
import { hasDisplay, appArguments } from './appWindow.ts'

const folder = mkdtempSync(join(tmpdir(), 'ptlab-server-'))
const log: string[] = []
let server: RunningServer

beforeAll(async () => {
  await builtFolder()
  mkdirSync(join(folder, 'ui', 'assets'), { recursive: true })
  mkdirSync(join(folder, 'lessons'))
  writeFileSync(join(folder, 'ui', 'index.html'), '<!doctype html>desk')
  writeFileSync(join(folder, 'ui', 'assets', 'a.js'), 'let a')
  writeFileSync(join(folder, 'secret'), 'secret')
  server = await startServer({
    port: 0,
    ui: join(folder, 'ui'),
    data: join(folder, 'data'),
    lessons: join(folder, 'lessons'),
    log: (line) => log.push(line),
  })
})
afterAll(() => server.close())

function get(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
      let body = ''
      response.on('data', (part) => (body += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    call.on('error', reject)
    call.end()
  })
}

describe('pages', () => {
  it('are served with headers that let them do nothing else', async () => {
    const page = await get('/')
    expect(page).toMatchObject({ status: 200, body: '<!doctype html>desk' })
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${server.port}`)
    expect(policy).not.toContain('unsafe-eval')
    expect(page.headers['x-content-type-options']).toBe('nosniff')
    expect((await get('/assets/a.js')).headers['content-type']).toMatch(/javascript/)
  })

  it.each([
    '/../secret',
    '/%2e%2e/secret',
    '/..%2fsecret',
    '/assets/../../secret',
    '/missing.js',
    '/assets',
    '/%00',
    '//etc/passwd',
  ])('%s is not there', async (path) => {
    expect((await get(path)).status).toBe(404)
  })

  it('are not served under another name', async () => {
    expect((await get('/', { Host: 'evil.example' })).status).toBe(403)
    expect((await get('/', { Host: `127.0.0.1:1` })).status).toBe(403)
  })

  it('are only read', async () => {
    expect((await get('/', {}, 'POST')).status).toBe(405)
  })
})

function connect(
  options: { token?: string; origin?: string; host?: string; path?: string } = {},
): Promise<WebSocket> {
  const { token = server.token, path = '/socket', host } = options
  const headers = host ? { Host: host } : {}
  const origin = options.origin ?? `http://127.0.0.1:${server.port}`
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}?token=${token}`, { origin, headers })
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(socket))
    socket.on('error', reject)
  })
}

function nextMessage(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))))
}

describe('connections', () => {
  it('need the token, the page of this server and its name', async () => {
    const before = log.length
    await expect(connect({ token: 'x' })).rejects.toThrow(/403/)
    await expect(connect({ token: server.token.slice(1) })).rejects.toThrow(/403/)
    await expect(connect({ origin: 'http://evil.example' })).rejects.toThrow(/403/)
    await expect(connect({ host: 'evil.example', origin: 'http://evil.example' })).rejects.toThrow(/403/)
    await expect(connect({ path: '/other' })).rejects.toThrow(/403/)
    expect(log.slice(before)).toHaveLength(5)
    expect(log.join('\n')).not.toContain(server.token)
  })

  it('carry requests, answers and pushes', async () => {
    const socket = await connect()
    const answer = nextMessage(socket)
    socket.send(JSON.stringify({ id: 7, method: 'hello', params: {} }))
    expect(await answer).toMatchObject({ id: 7, result: { host: 'browser', version: 1 } })
    const pushed = new Promise((resolve) =>
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as { push?: string }
        if (message.push) resolve(message)
      }),
    )
    socket.send(JSON.stringify({ id: 8, method: 'run', params: { path: 'my/a.ts', text: 'nonsense' } }))
    expect(await pushed).toMatchObject({ push: 'run', data: { path: 'my/a.ts' } })
    socket.close()
  })

  it('answer and log what is no request', async () => {
    const socket = await connect()
    const before = log.length
    for (const raw of ['{', Buffer.from([1, 2]), '{"id":1}']) {
      const answer = nextMessage(socket)
      socket.send(raw)
      expect(await answer).toMatchObject({ error: { message: expect.stringMatching(/rejected/) } })
    }
    expect(log.length).toBeGreaterThanOrEqual(before + 3)
    socket.close()
  })
})

describe('starting', () => {
  it('tells what to do when the port is taken or the desk is not built', async () => {
    const options = { ui: join(folder, 'ui'), data: join(folder, 'data') }
    await expect(startServer({ ...options, port: server.port })).rejects.toThrow(
      /in use: choose another with --port/,
    )
    await expect(startServer({ ...options, ui: join(folder, 'none') })).rejects.toThrow(/npm run build:app/)
  })

  it('opens a window only where there is a display', () => {
    expect(hasDisplay({}, 'linux')).toBe(false)
    expect(hasDisplay({ DISPLAY: ':1' }, 'linux')).toBe(true)
    expect(hasDisplay({ WAYLAND_DISPLAY: 'w' }, 'linux')).toBe(true)
    expect(hasDisplay({}, 'darwin')).toBe(true)
    expect(appArguments('http://x/#token=1', '/p')).toEqual(
      expect.arrayContaining(['--app=http://x/#token=1', '--user-data-dir=/p']),
    )
  })
})
