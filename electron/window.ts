/** The desk's window: what it may do, and all that it may not. */
import type { SessionLike, WindowLike } from './electronApis.ts'
import { DESK_URL } from './channels.ts'

export function windowOptions(preload: string) {
  return {
    name: 'desk',
    windowStatePersistence: true,
    title: 'ptlab',
    width: 1440,
    height: 900,
    minWidth: 1000,
    minHeight: 640,
    show: false,
    backgroundColor: '#15171c',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
      webSecurity: true,
      spellcheck: false,
    },
  }
}

/** Closes every way out of the desk; links in lessons open in the system's browser. */
export function lockDown(window: WindowLike, openExternal: (url: string) => unknown): void {
  const contents = window.webContents
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (isWebPage(url)) void openExternal(url)
    return { action: 'deny' }
  })
  denyPermissions(contents.session)
}

function denyPermissions(session: SessionLike): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
}

function isWebPage(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:'
}

export function openDesk(window: WindowLike): Promise<unknown> {
  window.once('ready-to-show', () => window.show())
  return window.loadURL(DESK_URL)
}
