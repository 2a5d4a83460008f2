/** What each command does. A command without an entry here does not compile. */
import { PANE_IDS, type PaneId } from '../dock/paneIds.ts'
import { dock } from '../dock/dock.ts'
import { editorHandle } from '../editor/handle.ts'
import {
  activePath,
  activeItem,
  createScenario,
  duplicate,
  isDirty,
  remove,
  revert,
  save,
} from '../state/documents.ts'
import { costEdits, resetCosts } from '../state/costs.ts'
import { filter } from '../state/lists.ts'
import { overridden, overrides } from '../state/machines.ts'
import { progress, runMatrix } from '../state/matrix.ts'
import { notify } from '../state/notices.ts'
import { procText } from '../state/proc.ts'
import { following, goTo, position, step, togglePlay } from '../state/position.ts'
import { lastEvent } from '../state/runs.ts'
import { machineIndex, run, trace } from '../state/runs.ts'
import { focusVa, followEvents, pinnedMm } from '../state/selection.ts'
import { mm, mms, state } from '../state/snapshots.ts'
import { nextTheme } from '../state/theme.ts'
import { copyText } from '../ui/clipboard.ts'
import { openPalette } from './paletteState.ts'
import { openPopup } from './popups.ts'
import type { Action, Actions } from './registry.ts'
import { goToLine } from './lines.ts'
import { canRun, canStop, startRun, stopRun } from './runActions.ts'
import { canCompare, diverge, runSideBySide } from './compareActions.ts'
import { exportTrace, openTrace } from './traceFiles.ts'

const hasTrace = (): boolean => trace.value !== null
const hasDocument = (): boolean => activePath.value !== null
const manyMachines = (): boolean => (run.value?.machines.length ?? 0) > 1

function nextMachine(by: number): void {
  const count = run.value?.machines.length ?? 1
  machineIndex.value = (machineIndex.value + by + count) % count
}

function nextProcess(): void {
  const all = mms.value
  const at = all.findIndex((one) => one.id === mm.value?.id)
  const next = all[(at + 1) % all.length]
  if (next) pinnedMm.value = next.id
}

function showSource(): void {
  const line = state.value?.event?.line ?? 0
  if (line > 0) editorHandle.value?.reveal(line)
  else notify('info', 'This event was not caused by a line of the scenario.')
}

function paneActions(): Record<`pane.${PaneId}`, Action> {
  const pairs = PANE_IDS.map((id) => [`pane.${id}`, { run: () => dock.focusPane(id) }])
  return Object.fromEntries(pairs) as Record<`pane.${PaneId}`, Action>
}

function focusFilter(): void {
  dock.focusPane('events')
  document.querySelector<HTMLInputElement>('[data-testid="event-filter"]')?.select()
}

export const actions: Actions = {
  'scenario.new': { run: createScenario },
  'scenario.save': { when: hasDocument, run: save },
  'scenario.duplicate': { when: hasDocument, run: duplicate },
  'scenario.revert': { when: () => isDirty.value, run: revert },
  'scenario.delete': { when: () => activeItem.value?.own === true, run: remove },
  'trace.open': { run: openTrace },
  'trace.export': { when: hasTrace, run: exportTrace },

  'run.start': { when: canRun, run: startRun },
  'run.stop': { when: canStop, run: stopRun },
  'machine.arch': { run: () => openPopup('arch') },
  'machine.kernel': { run: () => openPopup('kernel') },
  'machine.cpus': { run: () => openPopup('cpus') },
  'machine.accounting': { run: () => openPopup('accounting') },
  'machine.reset': { when: () => overridden.value, run: () => (overrides.value = {}) },
  'machine.next': { when: manyMachines, run: () => nextMachine(1) },
  'machine.previous': { when: manyMachines, run: () => nextMachine(-1) },

  'matrix.run': {
    when: () => progress.value === null,
    run: () => {
      dock.showPane('matrix')
      return runMatrix()
    },
  },
  'compare.run': { when: canRun, run: runSideBySide },
  'compare.first': { when: canCompare, run: () => diverge(1, true) },
  'compare.next': { when: canCompare, run: () => diverge(1) },
  'compare.previous': { when: canCompare, run: () => diverge(-1) },

  'step.event': { when: hasTrace, run: () => step('event', 1) },
  'step.eventBack': { when: hasTrace, run: () => step('event', -1) },
  'step.op': { when: hasTrace, run: () => step('op', 1) },
  'step.opBack': { when: hasTrace, run: () => step('op', -1) },
  'step.line': { when: hasTrace, run: () => step('line', 1) },
  'step.lineBack': { when: hasTrace, run: () => step('line', -1) },
  'step.first': { when: hasTrace, run: () => goTo(-1) },
  'step.last': {
    when: hasTrace,
    run: () => {
      goTo(lastEvent.value)
      following.value = true
    },
  },
  'step.play': { when: hasTrace, run: togglePlay },

  'go.event': { when: hasTrace, run: () => openPalette('event', String(Math.max(0, position.value))) },
  'go.address': { when: () => mm.value !== null, run: () => openPalette('address') },
  'go.follow': { when: () => focusVa.value !== null || pinnedMm.value !== null, run: followEvents },
  'go.source': { when: hasTrace, run: showSource },
  'go.lineFirst': { when: hasTrace, run: () => goToLine('first') },
  'go.lineLast': { when: hasTrace, run: () => goToLine('last') },
  'go.filter': { when: () => hasTrace() || filter.value !== '', run: focusFilter },
  'go.process': { when: () => mms.value.length > 1, run: nextProcess },
  'go.problem': { when: () => editorHandle.value !== null, run: () => editorHandle.value?.nextProblem() },

  'proc.copy': { when: () => procText() !== '', run: () => copyText(procText()) },
  'costs.reset': { when: () => Object.keys(costEdits.value).length > 0, run: resetCosts },

  'view.palette': { run: () => openPalette('command') },
  'view.theme': { run: () => notify('info', `Theme: ${nextTheme()}`) },
  'view.left': { run: () => dock.toggle('left') },
  'view.right': { run: () => dock.toggle('right') },
  'view.bottom': { run: () => dock.toggle('bottom') },
  'view.reset': { run: () => dock.reset() },
  ...paneActions(),
}
