import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { appState } from '../state/activity.ts'

const PATIENCE_MS = 500

/** A thin bar under the machine bar for anything that takes longer than half a second. */
export function Progress() {
  const late = useSignal(false)
  const waiting = appState.value !== 'idle'
  useEffect(() => {
    late.value = false
    if (!waiting) return undefined
    const timer = setTimeout(() => (late.value = true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [waiting])
  return (
    <div
      class={`progress ${waiting && late.value ? 'on' : ''}`}
      role="progressbar"
      aria-label="Working"
      aria-hidden={!(waiting && late.value)}
    />
  )
}
