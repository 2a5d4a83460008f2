/**
 * The desktop shell's code without Electron's binary: its IPC between a real host and the desk in real Chromium, which
 * reaches it through the bridge that the preload script would expose.
 */
import { existsSync, readFileSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { WebSocket } from 'ws'
import { DESK_URL } from '../electron/channels.ts'
import { fileFor } from '../electron/deskFiles.ts'
import type { InvokeEvent, WindowLike } from '../electron/electronApis.ts'
import { connectIpc, type ServiceLike } from '../electron/ipc.ts'
import type { Push, Response } from '../src/host/protocol.ts'
import { Desk, expect, test } from './deskFixture.ts'

const ORIGIN = 'http://desk.test'
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** The service of a running host, over its socket. */
async function serviceOf(url: string): Promise<ServiceLike & { close(): void }> {
  const { host, hash, origin } = new URL(url)
  const socket = new WebSocket(`ws://${host}/socket?${hash.slice(1)}`, { origin })
  await new Promise((opened, failed) => socket.on('open', opened).on('error', failed))
  const waiting = new Map<number, (response: Response) => void>()
  let push: (message: Push) => void = () => undefined
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Push | Response
    if ('push' in message) push(message)
    else waiting.get(message.id)?.(message)
  })
  return {
    handle: (raw) =>
      new Promise((answer) => {
        waiting.set((raw as { id: number }).id, answer)
        socket.send(JSON.stringify(raw))
      }),
    onPush: (listener) => {
      push = listener
      return () => undefined
    },
    close: () => socket.close(),
  }
}

/** Serves the built desk and gives its page the bridge, with the shell's own IPC behind it. */
async function openShell(page: Page, service: ServiceLike, filePath: string): Promise<void> {
  let handle: (event: InvokeEvent, raw: unknown) => Promise<unknown> = () => Promise.resolve(null)
  const window = {
    isDestroyed: () => page.isClosed(),
    webContents: {
      send: (_channel: string, push: Push) =>
        void page.evaluate((message) => dispatchEvent(new CustomEvent('push', { detail: message })), push),
    },
  }
  const dialog = {
    showOpenDialog: () => Promise.resolve({ canceled: true, filePaths: [] }),
    showSaveDialog: () => Promise.resolve({ canceled: false, filePath }),
  }
  connectIpc(
    { handle: (_channel, listener) => (handle = listener) },
    dialog,
    window as unknown as WindowLike,
    service,
  )
  await page.exposeFunction('invokeShell', (raw: unknown) =>
    handle({ senderFrame: { url: DESK_URL, parent: null } }, raw),
  )
  await page.addInitScript(() => {
    const invoke = (globalThis as unknown as { invokeShell(raw: unknown): Promise<never> }).invokeShell
    Object.defineProperty(globalThis, 'ptlab', {
      value: {
        call: (raw: unknown) => invoke(raw),
        onPush: (listener: (push: unknown) => void) =>
          addEventListener('push', (event) => listener((event as CustomEvent).detail)),
      },
    })
  })
  await page.route(`${ORIGIN}/**`, (route) => {
    const file = fileFor(resolve('out/renderer'), route.request().url())
    if (!file || !existsSync(file)) return route.fulfill({ status: 404 })
    return route.fulfill({
      body: readFileSync(file),
      contentType: TYPES[extname(file)] ?? 'application/octet-stream',
    })
  })
}

test('the desk runs and steps over the shell’s IPC, and saves a trace where its dialog says', async ({
  page,
  host,
  data,
}) => {
  const service = await serviceOf(host.url)
  const saved = join(data, 'saved.ptl')
  await openShell(page, service, saved)
  const desk = new Desk(page)
  await desk.open(`${ORIGIN}/index.html`)
  await page.locator('[data-path="lessons/first-touch.ts"]').click()
  await desk.run()
  await desk.press('Shift+F10')
  await expect(desk.field('pgtables_bytes')).toBeVisible()
  await desk.press('ControlOrMeta+Shift+s')
  await expect(page.getByTestId('notice')).toContainText('saved.ptl')
  expect(existsSync(saved)).toBe(true)
  service.close()
})
