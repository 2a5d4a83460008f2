import { grouped } from '../state/format.ts'
import { playBy, playing, position, type StepBy } from '../state/position.ts'
import { lastEvent } from '../state/runs.ts'
import { CommandButton } from '../ui/CommandButton.tsx'

const UNITS: readonly {
  by: StepBy
  title: string
  back: 'step.eventBack' | 'step.opBack' | 'step.lineBack'
  on: 'step.event' | 'step.op' | 'step.line'
}[] = [
  { by: 'event', title: 'event', back: 'step.eventBack', on: 'step.event' },
  { by: 'op', title: 'call', back: 'step.opBack', on: 'step.op' },
  { by: 'line', title: 'line', back: 'step.lineBack', on: 'step.line' },
]

/** Buttons that move through the run, and where it stands. */
export function Transport() {
  return (
    <div class="transport" role="toolbar" aria-label="Step through the run">
      <CommandButton id="step.first" class="icon">
        |◀
      </CommandButton>
      {UNITS.map((unit) => (
        <span key={unit.by} class="stepper">
          <CommandButton id={unit.back} class="icon">
            ◀
          </CommandButton>
          <span>{unit.title}</span>
          <CommandButton id={unit.on} class="icon">
            ▶
          </CommandButton>
        </span>
      ))}
      <CommandButton id="step.last" class="icon">
        ▶|
      </CommandButton>
      <CommandButton id="step.play" class="icon play" pressed={playing.value}>
        {playing.value ? '❚❚ pause' : '▷ play'}
      </CommandButton>
      <label class="check">
        <span class="dim">by</span>
        <select
          aria-label="Play by"
          value={playBy.value}
          onChange={(event) => (playBy.value = event.currentTarget.value as StepBy)}
        >
          {UNITS.map((unit) => (
            <option key={unit.by} value={unit.by}>
              {unit.title}
            </option>
          ))}
        </select>
      </label>
      <span class="grow" />
      <CommandButton id="go.event" class="link position">
        <span data-testid="position" data-k={position.value} data-last={lastEvent.value}>
          {position.value < 0 ? 'before the first' : grouped(position.value)} /{' '}
          {grouped(Math.max(0, lastEvent.value))}
        </span>
      </CommandButton>
    </div>
  )
}
