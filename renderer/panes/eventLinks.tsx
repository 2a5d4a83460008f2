import type { ComponentChildren } from 'preact'
import type { EventRow } from '../../src/trace/views.ts'
import { CommandButton } from '../ui/CommandButton.tsx'

/** Ways on from an event. */
export function actionsFor(event: EventRow): ComponentChildren {
  if (event.line === 0) return null
  return (
    <p class="row">
      <CommandButton id="go.source" class="link">
        line {event.line}
      </CommandButton>
    </p>
  )
}
