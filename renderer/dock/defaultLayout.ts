import type { DockviewApi } from 'dockview-core'
import type { PaneId } from './paneIds.ts'

export type Side = 'left' | 'right' | 'bottom'

/** Panes whose groups the side toggles hide, wherever the user moved them. */
export const SIDES: Record<Side, readonly PaneId[]> = {
  left: ['scenarios'],
  right: ['mm', 'vmas', 'cpus', 'event'],
  bottom: ['events', 'calls', 'shootdowns', 'timeline'],
}

const LEFT_WIDTH = 222
const RIGHT_WIDTH = 330
const BOTTOM_HEIGHT = 214
const EVENTS_SHARE = 0.4
const RESULTS_SHARE = 0.52

type Add = (
  id: PaneId,
  position: Parameters<DockviewApi['addPanel']>[0]['position'],
  size?: { initialWidth?: number; initialHeight?: number },
) => void

/** The desk as it comes: scenarios left, editor over results, inspector right, events and timeline below. */
export function layOut(api: DockviewApi, add: Add): void {
  const top = api.height - BOTTOM_HEIGHT
  add('editor', undefined)
  add('events', { direction: 'below' }, { initialHeight: BOTTOM_HEIGHT })
  add('calls', { referencePanel: 'events', direction: 'within' })
  add('shootdowns', { referencePanel: 'events', direction: 'within' })
  add(
    'timeline',
    { referencePanel: 'events', direction: 'right' },
    { initialWidth: Math.round(api.width * (1 - EVENTS_SHARE)) },
  )
  add('scenarios', { referencePanel: 'editor', direction: 'left' }, { initialWidth: LEFT_WIDTH })
  add('mm', { referencePanel: 'editor', direction: 'right' }, { initialWidth: RIGHT_WIDTH })
  add('vmas', { referencePanel: 'mm', direction: 'within' })
  add('cpus', { referencePanel: 'mm', direction: 'below' }, { initialHeight: Math.round(top * 0.42) })
  add('event', { referencePanel: 'cpus', direction: 'below' }, { initialHeight: Math.round(top * 0.21) })
  add('lesson', { referencePanel: 'editor', direction: 'within' })
  add('console', { referencePanel: 'editor', direction: 'within' })
  add('dmesg', { referencePanel: 'editor', direction: 'within' })
  add('expectations', { referencePanel: 'editor', direction: 'within' })
  add(
    'tables',
    { referencePanel: 'editor', direction: 'below' },
    { initialHeight: Math.round(top * RESULTS_SHARE) },
  )
  add('tree', { referencePanel: 'tables', direction: 'within' })
  add('space', { referencePanel: 'tables', direction: 'within' })
  add('struct', { referencePanel: 'tables', direction: 'within' })
  add('proc', { referencePanel: 'tables', direction: 'within' })
  add('costs', { referencePanel: 'tables', direction: 'within' })
  add('charts', { referencePanel: 'tables', direction: 'within' })
  add('compare', { referencePanel: 'tables', direction: 'within' })
  add('matrix', { referencePanel: 'tables', direction: 'within' })
  add('archs', { referencePanel: 'tables', direction: 'within' })
  for (const first of ['events', 'mm', 'tables', 'editor']) api.getPanel(first)?.api.setActive()
}
