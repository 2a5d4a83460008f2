/** Start, reconnection and the workspace kept at the host. */
import { effect, signal, untracked } from '@preact/signals'
import type { Link } from '../../src/host/protocol.ts'
import { booted } from './activity.ts'
import { ask, callQuietly, connection, epoch, hello, useLink } from './backend.ts'
import { choices } from './choices.ts'
import { costEdits, keepCosts, tellCosts } from './costs.ts'
import { activePath, drafts, gallery, loadGallery, openScenario } from './documents.ts'
import { filter } from './lists.ts'
import { arches, overrides } from './machines.ts'
import { forgetAnswers } from './query.ts'
import { loseRun, receive } from './runs.ts'
import { themeChoice } from './theme.ts'
import { parseWorkspace, type Workspace, WORKSPACE_VERSION } from './workspace.ts'

/** Dockview's state, kept here so that it is saved with the rest. */
export const layout = signal<object | null>(null)
export const editorTypes = signal<readonly { name: string; text: string }[]>([])

const SAVE_AFTER_MS = 250

/** Connects the state to a host and fetches what the desk starts from. */
export async function start(link: Link, onMenu: (command: string) => void): Promise<void> {
  useLink(link)
  link.onPush((push) => {
    if (push.push === 'run') receive(push.data)
    else onMenu(push.data.command)
  })
  effect(() => {
    if (connection.value === 'lost') untracked(loseRun)
  })
  await boot()
}

async function boot(): Promise<void> {
  const greeting = await ask('hello', {})
  if (!greeting) return
  hello.value = greeting
  restore(parseWorkspace(greeting.workspace))
  keepCosts()
  await Promise.all([loadGallery(), loadArches(), loadChoices(), loadTypes()])
  await openFirst()
  keepWorkspace()
  booted.value = true
}

function restore(workspace: Workspace): void {
  themeChoice.value = workspace.theme
  drafts.value = workspace.drafts
  overrides.value = workspace.overrides
  filter.value = workspace.filter
  costEdits.value = workspace.costs
  layout.value = workspace.layout
  activePath.value = workspace.active
}

async function loadArches(): Promise<void> {
  arches.value = (await ask('arches', {})) ?? []
}

async function loadChoices(): Promise<void> {
  const known = await ask('choices', {})
  if (known) choices.value = known
}

async function loadTypes(): Promise<void> {
  editorTypes.value = (await ask('types', {})) ?? []
}

async function openFirst(): Promise<void> {
  const wanted = gallery.value.find((item) => item.path === activePath.value) ?? gallery.value[0]
  activePath.value = null
  if (wanted) await openScenario(wanted.path)
}

function currentWorkspace(): Workspace {
  return {
    version: WORKSPACE_VERSION,
    theme: themeChoice.value,
    active: activePath.value,
    drafts: { ...drafts.value },
    overrides: overrides.value,
    filter: filter.value,
    costs: { ...costEdits.value },
    layout: layout.value,
  }
}

/** Saves shortly after every change, and at once when the page is hidden. */
function keepWorkspace(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let kept = JSON.stringify(currentWorkspace())
  const flush = (): void => {
    clearTimeout(timer)
    const text = JSON.stringify(currentWorkspace())
    if (text === kept) return
    kept = text
    callQuietly('saveWorkspace', { workspace: text }).catch(() => undefined)
  }
  effect(() => {
    currentWorkspace()
    clearTimeout(timer)
    timer = setTimeout(flush, SAVE_AFTER_MS)
  })
  window.addEventListener('pagehide', flush)
  document.addEventListener('visibilitychange', flush)
}

/** After a loss: asks everything again over the new connection. Unsaved text is still here. */
export async function resume(): Promise<void> {
  if (!booted.value) return boot()
  forgetAnswers()
  const greeting = await ask('hello', {})
  if (!greeting) return
  hello.value = greeting
  epoch.value++
  await tellCosts(true)
  await loadGallery()
}
