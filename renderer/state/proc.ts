/** Which file of /proc is shown, of which process, and since when changes are marked. */
import { computed, effect, signal, untracked } from '@preact/signals'
import type { ProcFile } from '../../src/trace/proc/files.ts'
import { choices } from './choices.ts'
import { position } from './position.ts'
import { createQuery } from './query.ts'
import { trace } from './runs.ts'
import { mm, version } from './snapshots.ts'

export const procFile = signal<ProcFile>('status')
/** Set while the pane is in front: nothing is asked behind. */
export const procWatched = signal(false)

/** Where the user stood before the last step, whatever its size. */
const before = signal(-1)
let now = -1
effect(() => {
  const k = position.value
  untracked(() => {
    if (k !== now) before.value = now
    now = k
  })
})

export function isOfProcess(file: ProcFile): boolean {
  return choices.value.procFiles.some((one) => one.file === file && one.ofProcess)
}

/** The process that the other panes show; 0: none. */
const pid = computed(() => mm.value?.pid ?? 0)

export const procQuery = createQuery('proc', () => {
  const source = trace.value
  if (!source || !procWatched.value) return null
  const file = procFile.value
  const wanted = isOfProcess(file) ? pid.value : 0
  return {
    params: { ...source, k: position.value, pid: wanted, file, since: before.value },
    version: version.value,
  }
})

/** The file as it is now, without the lines that are gone. */
export function procText(): string {
  const lines = procQuery.data.value?.lines ?? []
  return lines
    .filter(({ mark }) => mark !== '−')
    .map(({ text }) => `${text}\n`)
    .join('')
}

export { before as procSince }
