/** The desktop shell: a window, a menu, dialogs, and the protocol over IPC. Knows nothing about page tables. */
import { app, BrowserWindow, dialog, ipcMain, Menu, net, protocol, shell } from 'electron'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { dataFolder, projectFolder, sandboxFolder } from '../src/host/folders.ts'
import { createService } from '../src/host/service.ts'
import { PUSH, SCHEME } from './channels.ts'
import { fileFor } from './deskFiles.ts'
import { connectIpc } from './ipc.ts'
import { menuTemplate } from './menu.ts'
import { chooseTrace } from './traceDialog.ts'
import { lockDown, openDesk, windowOptions } from './window.ts'

const root = projectFolder()

protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
])

function start(): void {
  protocol.handle(SCHEME, (request) => {
    const file = fileFor(join(root, 'out', 'renderer'), request.url)
    return file ? net.fetch(pathToFileURL(file).href) : new Response('not found', { status: 404 })
  })
  const service = createService({
    host: 'electron',
    appVersion: app.getVersion(),
    sandbox: sandboxFolder(),
    lessons: join(root, 'scenarios'),
    data: dataFolder(),
    chooseTrace: () => chooseTrace(dialog),
    onRejected: (message) => console.error(`ptlab: ${message}`),
  })
  const window = new BrowserWindow(windowOptions(join(root, 'out', 'preload', 'preload.cjs')))
  lockDown(window, (url) => shell.openExternal(url))
  connectIpc(ipcMain, dialog, window, service)
  const runCommand = (command: string): void =>
    window.webContents.send(PUSH, { push: 'menu', data: { command } })
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(runCommand)))
  app.on('quit', () => service.close())
  service.prepare()
  void openDesk(window)
}

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => BrowserWindow.getAllWindows()[0]?.focus())
  app.on('window-all-closed', () => app.quit())
  void app.whenReady().then(start)
} else app.quit()
