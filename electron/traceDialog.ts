/** The desktop's own dialog for opening a trace. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { DialogLike, FileFilter } from './electronApis.ts'

export const TRACE_FILES: FileFilter[] = [{ name: 'ptlab traces', extensions: ['ptl'] }]

/** The chosen file's name and bytes; null when the user gave up. */
export async function chooseTrace(dialog: DialogLike): Promise<{ name: string; bytes: Uint8Array } | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog({
    properties: ['openFile'],
    filters: TRACE_FILES,
  })
  const path = filePaths[0]
  return canceled || path === undefined ? null : { name: basename(path), bytes: readFileSync(path) }
}
