/** The panes of the desk: docked, resized, hidden, remembered; none can be closed, so none can be lost. */
import { createDockview, type DockviewApi } from 'dockview-core'
import { signal } from '@preact/signals'
import { layout } from '../state/session.ts'
import { notify } from '../state/notices.ts'
import { layOut, type Side, SIDES } from './defaultLayout.ts'
import { type PaneId } from './paneIds.ts'
import { isWhole } from './wholeLayout.ts'
import { mountPane, mountTab, type PaneView } from './mount.tsx'

let api: DockviewApi | null = null
let titles: Readonly<Record<PaneId, PaneView>> | null = null

/** Sides shown now, for the buttons that hide them. */
export const shownSides = signal<Readonly<Record<Side, boolean>>>({ left: true, right: true, bottom: true })

export const dock = {
  mount(element: HTMLElement, panes: Readonly<Record<PaneId, PaneView>>): () => void {
    titles = panes
    const view = createDockview(element, {
      createComponent: ({ name }) => mountPane(panes[name as PaneId]),
      createTabComponent: ({ id }) => mountTab(panes[id as PaneId]),
      defaultTabComponent: 'tab',
      theme: { name: 'ptlab', className: 'ptlab-dock', gap: 1, dndTabIndicator: 'line' },
      disableFloatingGroups: true,
      announcements: false,
      noPanelsOverlay: 'emptyGroup',
    })
    api = view
    element.addEventListener('keydown', moveBetweenTabs)
    restore(view)
    nameTabs(element)
    const changes = view.onDidLayoutChange(() => {
      nameTabs(element)
      layout.value = view.toJSON()
      showSides()
    })
    return () => {
      changes.dispose()
      view.dispose()
      api = null
    }
  },

  /** Brings a pane to the front, shows its side if hidden, and puts the focus into it. */
  focusPane(id: PaneId): void {
    const panel = api?.getPanel(id)
    if (!panel) return
    panel.group.api.setVisible(true)
    panel.api.setActive()
    focusInside(panel.view.content.element)
  },

  /** Brings a pane to the front without taking the focus. */
  showPane(id: PaneId): void {
    api?.getPanel(id)?.api.setActive()
  },

  toggle(side: Side): void {
    const groups = groupsOf(side)
    const hide = groups.some((group) => group.api.isVisible)
    for (const group of groups) group.api.setVisible(!hide)
    showSides()
  },

  reset(): void {
    if (!api) return
    api.clear()
    build(api)
  },
}

function groupsOf(side: Side): DockviewApi['groups'] {
  const groups = SIDES[side].map((id) => api?.getPanel(id)?.group)
  return [...new Set(groups)].filter((group) => group !== undefined)
}

function showSides(): void {
  const shown = (side: Side): boolean => groupsOf(side).some((group) => group.api.isVisible)
  shownSides.value = { left: shown('left'), right: shown('right'), bottom: shown('bottom') }
}

function build(view: DockviewApi): void {
  layOut(view, (id, position, size) => {
    view.addPanel({
      id,
      component: id,
      title: titles?.[id].title ?? id,
      ...(position ? { position } : {}),
      ...size,
    } as Parameters<DockviewApi['addPanel']>[0])
  })
}

function restore(view: DockviewApi): void {
  const saved = layout.value
  if (!isWhole(saved)) {
    build(view)
    return
  }
  try {
    view.fromJSON(saved)
  } catch {
    view.clear()
    build(view)
    notify('info', 'The saved layout could not be used; the panes are back where they start.')
  }
  showSides()
}

/** Tabs say more than their title, and that is what they are called: dockview's fixed label would hide it. */
function nameTabs(element: HTMLElement): void {
  for (const tab of element.querySelectorAll('[role="tab"][aria-label]')) tab.removeAttribute('aria-label')
}

/** Arrow keys move along a row of tabs, as in every tab list. */
function moveBetweenTabs(event: KeyboardEvent): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
  const tab = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[role="tab"]') : null
  if (by === undefined || tab === null) return
  const tabs = [...(tab.closest('[role="tablist"]')?.querySelectorAll<HTMLElement>('[role="tab"]') ?? [])]
  const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length]
  const id = next?.dataset['tabPanelId']
  if (id !== undefined) api?.getPanel(id)?.api.setActive()
  next?.focus()
  event.preventDefault()
}

function focusInside(element: HTMLElement): void {
  const target = element.querySelector<HTMLElement>(
    '[data-autofocus], textarea, input, [tabindex="0"], button',
  )
  ;(target ?? element).focus()
}
