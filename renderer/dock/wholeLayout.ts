import type { SerializedDockview } from 'dockview-core'
import { PANE_IDS } from './paneIds.ts'

/** A layout that does not hold every pane exactly once is not used. */
export function isWhole(saved: object | null): saved is SerializedDockview {
  if (saved === null || !('panels' in saved) || !('grid' in saved)) return false
  const ids = Object.keys(saved.panels as object).sort()
  return JSON.stringify(ids) === JSON.stringify([...PANE_IDS].sort())
}
