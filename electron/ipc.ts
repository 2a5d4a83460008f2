/** Carries the protocol over Electron's IPC. Messages are checked by the service; here only who sends them. */
import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Answers, Push, Response } from '../src/host/protocol.ts'
import { CALL, DESK_URL, PUSH } from './channels.ts'
import type { DialogLike, IpcMainLike, InvokeEvent, WindowLike } from './electronApis.ts'
import { TRACE_FILES } from './traceDialog.ts'

/** What is used of src/host/service.ts. */
export interface ServiceLike {
  handle(raw: unknown): Promise<Response>
  onPush(listener: (push: Push) => void): () => void
}

export function connectIpc(
  ipcMain: IpcMainLike,
  dialog: DialogLike,
  window: WindowLike,
  service: ServiceLike,
): void {
  ipcMain.handle(CALL, async (event, raw) => {
    if (!isDesk(event)) return { id: -1, error: { message: 'message rejected: not from the desk' } }
    const response = await service.handle(raw)
    return methodOf(raw) === 'exportTrace' ? saveTrace(dialog, response) : response
  })
  service.onPush((push) => {
    if (!window.isDestroyed()) window.webContents.send(PUSH, push)
  })
}

/** Only the desk's own top frame may call; anything that got loaded beside it may not. */
function isDesk({ senderFrame }: InvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame.url.split('#')[0] === DESK_URL
}

function methodOf(raw: unknown): unknown {
  return (raw as { method?: unknown } | null)?.method
}

/** Writes an exported trace where the user says. Answers the file's name without data, or nothing at all when cancelled. */
async function saveTrace(dialog: DialogLike, response: Response): Promise<Response> {
  if ('error' in response) return response
  const { name, data } = response.result as Answers['exportTrace']
  const { canceled, filePath } = await dialog.showSaveDialog({ defaultPath: name, filters: TRACE_FILES })
  if (canceled) return { id: response.id, result: { name: '', data: '' } }
  try {
    writeFileSync(filePath, Buffer.from(data, 'base64'))
    return { id: response.id, result: { name: basename(filePath), data: '' } }
  } catch (error) {
    return {
      id: response.id,
      error: {
        message: `The trace was not saved: ${error instanceof Error ? error.message : String(error)}`,
      },
    }
  }
}
