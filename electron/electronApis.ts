/** The few Electron APIs the shell uses, as types, so that tests can stand in for them. */
import type { Push } from '../src/host/protocol.ts'

export interface Frame {
  readonly url: string
  /** Null for the top frame. */
  readonly parent: unknown
}

export interface InvokeEvent {
  readonly senderFrame: Frame | null
}

export interface WebContentsLike {
  send(channel: string, push: Push): void
  on(
    event: 'will-navigate' | 'will-attach-webview',
    listener: (event: { preventDefault(): void }) => void,
  ): unknown
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void
  readonly session: SessionLike
}

export interface SessionLike {
  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, answer: (granted: boolean) => void) => void,
  ): void
  setPermissionCheckHandler(handler: () => boolean): void
}

export interface WindowLike {
  readonly webContents: WebContentsLike
  loadURL(url: string): Promise<unknown>
  show(): void
  isDestroyed(): boolean
  once(event: 'ready-to-show', listener: () => void): unknown
}

export interface IpcMainLike {
  handle(channel: string, listener: (event: InvokeEvent, raw: unknown) => Promise<unknown>): void
}

export interface DialogLike {
  showOpenDialog(options: {
    properties: 'openFile'[]
    filters: FileFilter[]
  }): Promise<{ canceled: boolean; filePaths: string[] }>
  showSaveDialog(options: {
    defaultPath: string
    filters: FileFilter[]
  }): Promise<{ canceled: boolean; filePath: string }>
}

export interface FileFilter {
  name: string
  extensions: string[]
}
