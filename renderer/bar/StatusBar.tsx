import type { RunStatus } from '../../src/host/protocol.ts'
import { appState } from '../state/activity.ts'
import { connection, hello } from '../state/backend.ts'
import { grouped, plural } from '../state/format.ts'
import { machine, run } from '../state/runs.ts'
import { mms, resultsQuery } from '../state/snapshots.ts'
import { shownSides } from '../dock/dock.ts'
import type { Side } from '../dock/defaultLayout.ts'
import { CommandButton } from '../ui/CommandButton.tsx'

const STATES = {
  checking: { mark: '◌', text: 'checking', look: 'work' },
  running: { mark: '▸', text: 'running', look: 'work' },
  finished: { mark: '●', text: 'finished', look: 'ok' },
  failed: { mark: '✗', text: 'failed', look: 'bad' },
  stopped: { mark: '■', text: 'stopped', look: 'warn' },
} as const

export function StatusBar() {
  const current = run.value
  const state = current ? verdict(current) : null
  const summary = resultsQuery.data.value?.summary
  return (
    <footer class="status" data-testid="status">
      {state ? (
        <span class={state.look} data-testid="run-state" data-state={current?.state} role="status">
          {state.mark} {state.text}
        </span>
      ) : (
        <span>{appState.value === 'loading' ? 'starting …' : 'ready: F5 runs the scenario'}</span>
      )}
      {machine.value?.reason && (
        <span class="status-message" title={machine.value.reason}>
          {machine.value.status}: {machine.value.reason}
        </span>
      )}
      {current?.message && <span class="status-message">{current.message}</span>}
      {machine.value && (
        <span>
          {grouped(machine.value.events)} events · {plural(mms.value.length, 'process', 'processes')} ·{' '}
          {current?.milliseconds.toFixed(0)} ms
        </span>
      )}
      {summary?.hash && (
        <span title="Identity of this run: the same scenario on the same machine gives the same hash">
          trace {short(summary.hash)}
        </span>
      )}
      <span class="grow" />
      {machine.value && <span>simulated {machine.value.kernel}</span>}
      <span data-testid="connection">
        {connection.value === 'open' ? `${hello.value?.host ?? ''} host` : `connection ${connection.value}`}
      </span>
      <Sides />
    </footer>
  )
}

/** How the run stands; a finished one with a failed machine did not go well. */
function verdict(status: RunStatus): { mark: string; text: string; look: string } {
  const failed = status.machines.reduce((sum, one) => sum + one.failed, 0)
  if (status.state === 'finished' && failed > 0)
    return { mark: '✗', text: `finished, ${plural(failed, 'expectation')} failed`, look: 'bad' }
  return STATES[status.state]
}

function short(hash: string): string {
  return hash.length > 12 ? `${hash.slice(0, 4)}…${hash.slice(-4)}` : hash
}

const SIDE_BUTTONS: readonly { side: Side; mark: string }[] = [
  { side: 'left', mark: '◧' },
  { side: 'bottom', mark: '⬓' },
  { side: 'right', mark: '◨' },
]

function Sides() {
  return (
    <span class="sides" role="group" aria-label="Panes">
      {SIDE_BUTTONS.map(({ side, mark }) => (
        <CommandButton key={side} id={`view.${side}`} class="icon" pressed={shownSides.value[side]}>
          {mark}
        </CommandButton>
      ))}
    </span>
  )
}
