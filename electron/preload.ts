/** All that the page can reach outside itself: one call to the lab, and what the lab says unasked. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import { CALL, PUSH } from './channels.ts'

contextBridge.exposeInMainWorld('ptlab', {
  call: (request: unknown): Promise<unknown> => ipcRenderer.invoke(CALL, request),
  onPush(listener: (push: unknown) => void): () => void {
    const receive = (_event: IpcRendererEvent, push: unknown): void => listener(push)
    ipcRenderer.on(PUSH, receive)
    return () => {
      ipcRenderer.removeListener(PUSH, receive)
    }
  },
})
