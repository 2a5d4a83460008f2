import { effect } from '@preact/signals'
import { ask, connection } from './backend.ts'
import { notify } from './notices.ts'
import { run, trace } from './runs.ts'
import { resume } from './session.ts'

let reopen: () => void = () => undefined
let wasLost = false

/** Says how to open the connection again, and takes up the session when it is open. */
export function useReconnect(open: () => void): void {
  reopen = open
  effect(() => {
    if (connection.value === 'lost') wasLost = true
    else if (connection.value === 'open' && wasLost) {
      wasLost = false
      void resume().then(checkRun)
    }
  })
}

export function reconnect(): void {
  reopen()
}

/** A host that was restarted knows nothing of the run on the desk. */
async function checkRun(): Promise<void> {
  if (!trace.value || (await ask('results', trace.value))) return
  run.value = null
  notify('info', 'The run went with the host that held it. Run again with F5.')
}
