import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Push, Response } from '../src/host/protocol.ts'
import { COMMANDS } from '../src/host/protocolCommands.ts'
import { CALL, DESK_URL, PUSH } from './channels.ts'
import { fileFor } from './deskFiles.ts'
import type { DialogLike, InvokeEvent } from './electronApis.ts'
import { connectIpc, type ServiceLike } from './ipc.ts'
import { type MenuItem, menuTemplate } from './menu.ts'
import { chooseTrace } from './traceDialog.ts'
import { lockDown, openDesk, windowOptions } from './window.ts'

const DESK_FRAME = { url: DESK_URL, parent: null }

type Blockable = { preventDefault(): void }

/** Stands in for the Electron APIs that the shell uses, and keeps what it was told. */
function standIn() {
  const sent: { channel: string; push: Push }[] = []
  const listeners = new Map<string, (event: Blockable) => void>()
  const permissions = { request: [] as boolean[], check: true }
  const shown = { value: false, url: '' }
  let destroyed = false
  let openHandler: (details: { url: string }) => { action: 'deny' } = () => ({ action: 'deny' })
  let onReady = (): void => undefined
  let invoke: (event: InvokeEvent, raw: unknown) => Promise<unknown> = () => Promise.resolve(null)
  const window = {
    webContents: {
      send: (channel: string, push: Push) => sent.push({ channel, push }),
      on: (name: string, listener: (event: Blockable) => void) => listeners.set(name, listener),
      setWindowOpenHandler: (handler: typeof openHandler) => (openHandler = handler),
      session: {
        setPermissionRequestHandler: (
          handler: (contents: unknown, name: string, answer: (granted: boolean) => void) => void,
        ) => handler(null, 'geolocation', (granted) => permissions.request.push(granted)),
        setPermissionCheckHandler: (handler: () => boolean) => (permissions.check = handler()),
      },
    },
    loadURL: (url: string) => {
      shown.url = url
      return Promise.resolve()
    },
    show: () => (shown.value = true),
    isDestroyed: () => destroyed,
    once: (_name: 'ready-to-show', listener: () => void) => (onReady = listener),
  }
  const ipcMain = {
    handle: (channel: string, listener: typeof invoke) => {
      expect(channel).toBe(CALL)
      invoke = listener
    },
  }
  return {
    window,
    ipcMain,
    sent,
    shown,
    permissions,
    invoke: (event: InvokeEvent, raw: unknown) => invoke(event, raw),
    open: (url: string) => openHandler({ url }),
    ready: () => onReady(),
    destroy: () => (destroyed = true),
    blocked: (name: string) => {
      let prevented = false
      listeners.get(name)?.({ preventDefault: () => (prevented = true) })
      return prevented
    },
  }
}

function fakeService(answer: (raw: unknown) => Response = () => ({ id: 1, result: {} })) {
  const asked: unknown[] = []
  let push: (message: Push) => void = () => undefined
  const service: ServiceLike = {
    handle: (raw) => {
      asked.push(raw)
      return Promise.resolve(answer(raw))
    },
    onPush: (listener) => {
      push = listener
      return () => undefined
    },
  }
  return { service, asked, push: (message: Push) => push(message) }
}

const noDialog: DialogLike = {
  showOpenDialog: () => Promise.resolve({ canceled: true, filePaths: [] }),
  showSaveDialog: () => Promise.resolve({ canceled: true, filePath: '' }),
}

const menuPush: Push = { push: 'menu', data: { command: 'run.start' } }

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ptlab-shell-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the window', () => {
  it('gives the page no Node and its own world', () => {
    const { webPreferences } = windowOptions('/preload.cjs')
    expect(webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    })
  })

  it('can neither navigate, open windows nor get permissions', () => {
    const shell = standIn()
    const opened: string[] = []
    lockDown(shell.window, (url) => opened.push(url))
    expect(shell.blocked('will-navigate')).toBe(true)
    expect(shell.blocked('will-attach-webview')).toBe(true)
    for (const url of [
      'https://example.org/thread',
      'http://example.org',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'nonsense',
    ]) {
      expect(shell.open(url)).toEqual({ action: 'deny' })
    }
    expect(opened).toEqual(['https://example.org/thread'])
    expect(shell.permissions).toEqual({ request: [false], check: false })
  })

  it('shows itself when the desk is drawn', async () => {
    const shell = standIn()
    await openDesk(shell.window)
    expect(shell.shown).toEqual({ value: false, url: DESK_URL })
    shell.ready()
    expect(shell.shown.value).toBe(true)
  })
})

describe('the protocol over IPC', () => {
  it('hands messages of the desk to the service and its answer back', async () => {
    const shell = standIn()
    const { service, asked } = fakeService(() => ({ id: 7, result: { version: 1 } }))
    connectIpc(shell.ipcMain, noDialog, shell.window, service)
    const raw = { id: 7, method: 'hello', params: {} }
    expect(await shell.invoke({ senderFrame: DESK_FRAME }, raw)).toEqual({ id: 7, result: { version: 1 } })
    expect(asked).toEqual([raw])
  })

  it('rejects messages from any other frame', async () => {
    const shell = standIn()
    const { service, asked } = fakeService()
    connectIpc(shell.ipcMain, noDialog, shell.window, service)
    for (const senderFrame of [
      null,
      { url: DESK_URL, parent: DESK_FRAME },
      { url: 'https://example.org', parent: null },
    ]) {
      expect(await shell.invoke({ senderFrame }, { id: 1, method: 'hello', params: {} })).toHaveProperty(
        'error',
      )
    }
    expect(asked).toEqual([])
  })

  it('passes pushes on until the window is gone', () => {
    const shell = standIn()
    const { service, push } = fakeService()
    connectIpc(shell.ipcMain, noDialog, shell.window, service)
    push(menuPush)
    shell.destroy()
    push(menuPush)
    expect(shell.sent).toEqual([{ channel: PUSH, push: menuPush }])
  })
})

describe('traces', () => {
  const exported: Response = {
    id: 3,
    result: { name: 'run.ptl', data: Buffer.from('trace').toString('base64') },
  }
  const request = { id: 3, method: 'exportTrace', params: { run: 0, machine: 0 } }

  async function exportWith(dialog: DialogLike): Promise<unknown> {
    const shell = standIn()
    connectIpc(shell.ipcMain, dialog, shell.window, fakeService(() => exported).service)
    return shell.invoke({ senderFrame: DESK_FRAME }, request)
  }

  it('are saved where the dialog says', async () => {
    const filePath = join(folder, 'mine.ptl')
    const answer = await exportWith({
      ...noDialog,
      showSaveDialog: () => Promise.resolve({ canceled: false, filePath }),
    })
    expect(answer).toEqual({ id: 3, result: { name: 'mine.ptl', data: '' } })
    expect(readFileSync(filePath, 'utf8')).toBe('trace')
  })

  it('are not saved when the dialog is cancelled', async () => {
    expect(await exportWith(noDialog)).toEqual({ id: 3, result: { name: '', data: '' } })
  })

  it('say why they could not be saved', async () => {
    const filePath = join(folder, 'no', 'such', 'folder.ptl')
    const answer = await exportWith({
      ...noDialog,
      showSaveDialog: () => Promise.resolve({ canceled: false, filePath }),
    })
    expect(answer).toMatchObject({
      id: 3,
      error: { message: expect.stringContaining('folder.ptl') as string },
    })
  })

  it('are opened from the dialog', async () => {
    const path = join(folder, 'old.ptl')
    writeFileSync(path, 'bytes')
    const chosen = await chooseTrace({
      ...noDialog,
      showOpenDialog: () => Promise.resolve({ canceled: false, filePaths: [path] }),
    })
    expect(chosen?.name).toBe('old.ptl')
    expect(String(chosen?.bytes)).toBe('bytes')
    expect(await chooseTrace(noDialog)).toBeNull()
  })
})

describe('the menu', () => {
  const labels = (items: readonly MenuItem[]): string[] =>
    items.flatMap((item) => [item.label ?? '', ...labels(item.submenu ?? [])])
  const find = (items: readonly MenuItem[], label: string): MenuItem | undefined =>
    items
      .map((item) => (item.label === label ? item : find(item.submenu ?? [], label)))
      .find((item) => item !== undefined)

  it('names every command', () => {
    const all = labels(menuTemplate(() => undefined))
    for (const command of COMMANDS) expect(all).toContain(command.title)
  })

  it('shows the key but leaves it to the desk, and names the command when chosen', () => {
    const ran: string[] = []
    const item = find(
      menuTemplate((command) => ran.push(command)),
      'Save scenario',
    )
    expect(item).toMatchObject({ accelerator: 'CommandOrControl+S', registerAccelerator: false })
    item?.click?.()
    expect(ran).toEqual(['scenario.save'])
  })
})

describe('the files of the desk', () => {
  it('are found in their folder and nowhere else', () => {
    expect(fileFor('/app/out', 'ptlab://desk/assets/a.js')).toBe(join('/app/out', 'assets/a.js'))
    for (const url of [
      'ptlab://desk/..%2f..%2fetc/passwd',
      'ptlab://desk/%00',
      'ptlab://desk/%zz',
      'nonsense',
    ]) {
      expect(fileFor('/app/out', url)).toBeNull()
    }
  })
})
