/** What the commands of comparisons do. */
import { dock } from '../dock/dock.ts'
import { comparedRun, goToDivergence } from '../state/compare.ts'
import { notify } from '../state/notices.ts'
import { variation } from '../state/vary.ts'
import { startWith } from './runActions.ts'

export function canCompare(): boolean {
  return comparedRun.value !== null
}

/** Runs the text in the editor on every combination that the comparison names. */
export async function runSideBySide(): Promise<void> {
  dock.showPane('compare')
  await startWith(variation.value ? { vary: variation.value } : {})
}

export async function diverge(direction: 1 | -1, first = false): Promise<void> {
  if (await goToDivergence(direction, first)) return
  notify(
    'info',
    first ? 'All calls do the same on all machines.' : 'No further call differs in this direction.',
  )
}
