/** The runner's life: lock the realm, say ready, run what the host sends. */
import type { RunRequest } from '../messages.ts'
import { send } from './channel.ts'
import { lockDown } from './confine.ts'
import type { CreateLab, Library } from './lab.ts'
import { Pulse } from './pulse.ts'
import { runScenario } from './run.ts'
import { warmUp } from './warm.ts'

/** Environment-free settings, as the first argument. */
export interface RunnerSettings {
  maxBytes: number
  /** Real path of SES's one-file build: looking it up from here would need more of the disk than the runner may read. */
  ses: string
}

export function serveRuns(createLab: CreateLab, library: Library): void {
  const settings = JSON.parse(process.argv[2]) as RunnerSettings
  const pulse = new Pulse(settings.maxBytes)
  lockDown(settings.ses)
  harden(library)
  warmUp(createLab)
  process.on('disconnect', () => process.exit(0))
  process.on('message', (request: RunRequest) => {
    runScenario(request, { createLab, library, pulse, send })
    // Behind the scenario's own promise callbacks: as long as those go on, the run is not done.
    setImmediate(() => {
      pulse.site = -1
      send({ type: 'done' })
    })
  })
  send({ type: 'ready' })
}
