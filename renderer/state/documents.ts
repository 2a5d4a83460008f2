/** The scenario in the editor, its saved and unsaved text, and the gallery. */
import { batch, computed, signal } from '@preact/signals'
import type { GalleryItem } from '../../src/host/protocol.ts'
import { ask } from './backend.ts'
import { fileName } from './format.ts'
import { freePath, TEMPLATE } from './newScenario.ts'
import { notify } from './notices.ts'

export const gallery = signal<readonly GalleryItem[]>([])
export const activePath = signal<string | null>(null)
/** Text as the host has it, by path. */
export const saved = signal<Readonly<Record<string, string>>>({})
/** Text that differs from the saved one, by path; kept in the workspace. */
export const drafts = signal<Readonly<Record<string, string>>>({})

export const activeItem = computed(() => gallery.value.find((item) => item.path === activePath.value) ?? null)
export const activeText = computed(() => (activePath.value === null ? null : textOf(activePath.value)))
export const isDirty = computed(() => activePath.value !== null && activePath.value in drafts.value)

export function textOf(path: string): string | null {
  return drafts.value[path] ?? saved.value[path] ?? null
}

export async function loadGallery(): Promise<void> {
  const items = await ask('gallery', {})
  if (items) gallery.value = items
}

export async function openScenario(path: string): Promise<void> {
  if (!(path in saved.value)) {
    const answer = await ask('readScenario', { path })
    if (!answer) return
    saved.value = { ...saved.value, [path]: answer.text }
  }
  activePath.value = path
}

export function edit(path: string, text: string): void {
  if (text === saved.value[path]) dropDraft(path)
  else if (drafts.value[path] !== text) drafts.value = { ...drafts.value, [path]: text }
}

function dropDraft(path: string): void {
  if (!(path in drafts.value)) return
  const rest = { ...drafts.value }
  delete rest[path]
  drafts.value = rest
}

export function revert(): void {
  const path = activePath.value
  const text = path === null ? undefined : drafts.value[path]
  if (path === null || text === undefined) return
  dropDraft(path)
  notify('info', `Changes to ${fileName(path)} discarded.`, { title: 'Undo', run: () => edit(path, text) })
}

/** Saves the user's own scenario; a lesson is kept as it is and becomes a copy. */
export async function save(): Promise<void> {
  const path = activePath.value
  const text = activeText.value
  if (path === null || text === null) return
  if (!activeItem.value?.own) {
    await duplicate()
    return
  }
  const answer = await ask('saveScenario', { path, text })
  if (!answer) return
  accept(path, text)
  await loadGallery()
}

function accept(path: string, text: string): void {
  batch(() => {
    saved.value = { ...saved.value, [path]: text }
    if (drafts.value[path] === text) dropDraft(path)
  })
}

async function createFile(name: string, text: string): Promise<void> {
  const answer = await ask('saveScenario', { path: freePath(gallery.value, name), text })
  if (!answer) return
  accept(answer.path, text)
  await loadGallery()
  activePath.value = answer.path
}

export function createScenario(): Promise<void> {
  return createFile('untitled.ts', TEMPLATE)
}

/** A copy of what the editor shows among the user's scenarios; a lesson goes back to its own text. */
export async function duplicate(): Promise<void> {
  const path = activePath.value
  const text = activeText.value
  if (path === null || text === null) return
  const own = activeItem.value?.own ?? false
  await createFile(fileName(path), text)
  if (!own && activePath.value !== path) dropDraft(path)
}

/** Deletes the user's scenario in the editor; the notice brings it back. */
export async function remove(): Promise<void> {
  const item = activeItem.value
  const text = activeText.value
  if (!item?.own || text === null) return
  if (!(await ask('deleteScenario', { path: item.path }))) return
  batch(() => {
    dropDraft(item.path)
    const rest = { ...saved.value }
    delete rest[item.path]
    saved.value = rest
    activePath.value = null
  })
  await loadGallery()
  notify('info', `${fileName(item.path)} deleted.`, {
    title: 'Undo',
    run: () => void restore(item.path, text),
  })
}

async function restore(path: string, text: string): Promise<void> {
  if (!(await ask('saveScenario', { path, text }))) return
  accept(path, text)
  await loadGallery()
  activePath.value = path
}
