import { ask, hello } from '../state/backend.ts'
import { notify } from '../state/notices.ts'
import type { RunStatus } from '../../src/host/protocol.ts'
import { show, trace } from '../state/runs.ts'
import { ranSource } from '../state/source.ts'

/** Opens a .ptl file: the desktop shell asks with its own dialog, the browser with a file input. */
export async function openTrace(): Promise<void> {
  if (hello.value?.host === 'electron') {
    const status = await ask('openTrace', { name: '', data: '' })
    if (status && status.run >= 0) showOpened(status)
    return
  }
  const file = await chooseFile()
  if (!file) return
  const status = await ask('openTrace', { name: file.name, data: await base64(file) })
  if (status) showOpened(status)
}

function showOpened(status: RunStatus): void {
  ranSource.value = null
  show(status)
  if (status.message !== '') notify('error', status.message)
}

function chooseFile(): Promise<File | null> {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = '.ptl'
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve(input.files?.[0] ?? null))
    input.addEventListener('cancel', () => resolve(null))
    input.click()
  })
}

async function base64(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(new Error(`${file.name} cannot be read.`))
    reader.readAsDataURL(file)
  })
  return url.slice(url.indexOf(',') + 1)
}

/** Saves the trace on the desk: a download, or where the shell's dialog put it (it answers without data). */
export async function exportTrace(): Promise<void> {
  if (!trace.value) return
  const answer = await ask('exportTrace', trace.value)
  if (!answer || (answer.name === '' && answer.data === '')) return
  if (answer.data !== '') download(answer.name, answer.data)
  notify('info', `Trace saved as ${answer.name}.`)
}

function download(name: string, data: string): void {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
