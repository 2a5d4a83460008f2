import { type Signal, signal } from '@preact/signals'
import type { IContentRenderer, ITabRenderer } from 'dockview-core'
import { type ComponentType, createContext, render } from 'preact'
import { useContext } from 'preact/hooks'

export interface PaneView {
  title: string
  Body: ComponentType
  /** Replaces the title in the tab, e.g. by one with a count. */
  Tab?: ComponentType
}

const Visible = createContext<Signal<boolean>>(signal(true))

/** Whether the pane is in front, for drawing that is not worth doing behind. */
export function usePaneVisible(): Signal<boolean> {
  return useContext(Visible)
}

export function mountPane(view: PaneView): IContentRenderer {
  const element = document.createElement('div')
  element.className = 'pane'
  element.tabIndex = -1
  const visible = signal(true)
  return {
    element,
    init({ api }) {
      visible.value = api.isVisible
      api.onDidVisibilityChange((event) => {
        visible.value = event.isVisible
      })
      render(
        <Visible.Provider value={visible}>
          <view.Body />
        </Visible.Provider>,
        element,
      )
    },
    dispose() {
      render(null, element)
    },
  }
}

export function mountTab(view: PaneView): ITabRenderer {
  const element = document.createElement('div')
  element.className = 'pane-tab'
  return {
    element,
    init() {
      render(view.Tab ? <view.Tab /> : <span>{view.title}</span>, element)
    },
    dispose() {
      render(null, element)
    },
  }
}
