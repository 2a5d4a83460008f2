import type { EventRow } from '../../src/trace/views.ts'
import { actionsFor } from './eventLinks.tsx'
import { callAt, calls } from '../state/lists.ts'
import { duration, plural } from '../state/format.ts'
import { trace } from '../state/runs.ts'
import { position } from '../state/position.ts'
import { state } from '../state/snapshots.ts'
import { Empty } from '../ui/Empty.tsx'

/** The event shown: what happened, where, and which call of the scenario caused it. */
export function EventPane() {
  if (!trace.value)
    return (
      <Empty title="No event yet">
        Each step of the run is an event; the one you stand on is explained here.
      </Empty>
    )
  const event = state.value?.event
  if (!event)
    return <p class="hint">Before the first event. Step forward with F8 (event), F9 (call) or F10 (line).</p>
  return (
    <div
      class="scroll event"
      tabIndex={0}
      role="region"
      aria-label="Selected event"
      data-testid="event"
      data-k={event.k}
    >
      <p>
        <b class="event-name">{event.name}</b> {event.text}
      </p>
      <dl>
        <dt>event</dt>
        <dd>{event.k}</dd>
        <dt>where</dt>
        <dd>
          CPU {event.cpu}, {event.ctx}
          {event.mm > 0 && `, mm ${event.mm}`}
          {event.level && (
            <>
              , <span class={`level-${event.level}`}>{event.level}</span>
            </>
          )}
        </dd>
        <dt>time</dt>
        <dd>{duration(event.time)} simulated</dd>
        <Cause event={event} />
      </dl>
      {actionsFor(event)}
    </div>
  )
}

function Cause({ event }: { event: EventRow }) {
  void calls.revision.value
  const index = callAt(position.value)
  const call = index < 0 ? null : calls.row(index)
  if (!call || call.op !== event.op) return null
  return (
    <>
      <dt>caused by</dt>
      <dd>
        <code>{call.text}</code>
        {call.result && (
          <>
            {' '}
            → <code class={call.error ? 'bad' : ''}>{call.result}</code>
          </>
        )}
        <span class="dim">
          {' '}
          {plural(call.faults, 'fault')}, {plural(call.tablesAllocated, 'table')} made, {call.tablesFreed}{' '}
          freed, {plural(call.flushes, 'flush', 'flushes')}
        </span>
      </dd>
    </>
  )
}
