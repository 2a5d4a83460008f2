import { causeQuery, causesShown, lookAt, summaryQuery } from '../state/compare.ts'

/** Why the call shown does not do the same everywhere, in words, with the events that show it. */
export function Divergence() {
  const cause = causeQuery.data.value
  const titles = summaryQuery.data.value?.titles ?? []
  if (!cause?.call.differs) return null
  const [head, ...lines] = cause.explanation
  const events = cause.causes.slice(0, 4)
  return (
    <details
      class="divergence"
      aria-live="polite"
      data-testid="divergence"
      open={causesShown.value}
      onToggle={(event) => (causesShown.value = event.currentTarget.open)}
    >
      <summary>{head}</summary>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p class="divergence-links">
        {events.map(({ what, first }) => {
          const machine = first.findIndex((k) => k >= 0)
          const title = titles[machine]
          if (!title) return null
          return (
            <button
              key={what}
              type="button"
              class="btn link"
              title={`Show event ${first[machine]} on ${title.title} in all panels`}
              onClick={() => lookAt(title.machine, first[machine] ?? -1)}
            >
              {what} <span class="dim">event {first[machine]}</span>
            </button>
          )
        })}
      </p>
    </details>
  )
}
