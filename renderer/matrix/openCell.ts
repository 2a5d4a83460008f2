import type { MatrixCellView } from '../../src/host/protocolCompare.ts'
import { startWith } from '../commands/runActions.ts'
import { openScenario } from '../state/documents.ts'
import { seam } from '../state/matrix.ts'
import { notify } from '../state/notices.ts'
import { goTo } from '../state/position.ts'
import { isOver, run } from '../state/runs.ts'

/** Runs the scenario on the cell's machine, for every panel to show, and goes to the event that shows the verdict. */
export async function openCell({ spec, evidence }: MatrixCellView): Promise<void> {
  const path = seam.value?.path
  if (path === undefined) return
  await openScenario(path)
  await startWith({ machines: [spec] })
  const mine = run.value?.run
  const k = evidence?.k ?? -1
  if (evidence !== null && k < 0) notify('info', evidence.message)
  if (mine === undefined || k < 0) return
  const stop = run.subscribe((status) => {
    if (status?.run === mine && !isOver(status)) return
    queueMicrotask(() => {
      stop()
      if (status?.run === mine) goTo(k)
    })
  })
}
