import { machineIndex, run } from '../state/runs.ts'

const MARKS = { waiting: '…', running: '▸', passed: '✓', failed: '✗', skipped: '–', stopped: '■' } as const

/** One tab per machine of the run; there only when there is a choice. */
export function MachineTabs() {
  const machines = run.value?.machines ?? []
  if (machines.length < 2) return null
  return (
    <div class="machine-tabs" role="tablist" aria-label="Machines of this run">
      {machines.map((one, index) => (
        <button
          key={one.machine}
          type="button"
          role="tab"
          class={`machine-tab ${one.status}`}
          aria-selected={index === machineIndex.value}
          tabIndex={index === machineIndex.value ? 0 : -1}
          title={`${one.arch} · kernel ${one.kernel} · ${one.status}${one.reason ? `: ${one.reason}` : ''}`}
          onClick={() => (machineIndex.value = index)}
          onKeyDown={(event) => {
            const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
            if (by === 0) return
            machineIndex.value = (index + by + machines.length) % machines.length
            const tabs = event.currentTarget.parentElement?.children
            ;(tabs?.[machineIndex.value] as HTMLElement | undefined)?.focus()
          }}
        >
          <span aria-hidden="true">{MARKS[one.status]}</span> {one.title}
        </button>
      ))}
    </div>
  )
}
