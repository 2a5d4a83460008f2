import { useEffect, useRef } from 'preact/hooks'
import { MachineBar } from './bar/MachineBar.tsx'
import { MachineTabs } from './bar/MachineTabs.tsx'
import { StatusBar } from './bar/StatusBar.tsx'
import { Palette } from './commands/Palette.tsx'
import { dock } from './dock/dock.ts'
import { PANES } from './panes/panes.ts'
import { booted } from './state/activity.ts'
import { Notices } from './ui/Notices.tsx'
import { Progress } from './ui/Progress.tsx'

export function Desk() {
  return (
    <div class="desk">
      <header class="top">
        <MachineBar />
        <MachineTabs />
        <Progress />
      </header>
      {booted.value ? <Dock /> : <Starting />}
      <StatusBar />
      <Notices />
      <Palette />
    </div>
  )
}

function Dock() {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => (box.current ? dock.mount(box.current, PANES) : undefined), [])
  return <main ref={box} class="dock" aria-label="Desk" />
}

function Starting() {
  return (
    <main class="dock starting" aria-busy="true">
      <p>Starting the lab …</p>
    </main>
  )
}
