import { computed, effect, signal } from '@preact/signals'

/** Work under way that a user or a test waits for: calls to the host, a run, the first load. */
const pending = signal(0)
export const booted = signal(false)
export const running = signal(false)

export type AppState = 'loading' | 'idle' | 'busy'

export const appState = computed<AppState>(() => {
  if (!booted.value) return 'loading'
  return pending.value > 0 || running.value ? 'busy' : 'idle'
})

/** Counts `work` as activity until one task after it settled, so that what it sets off is counted without a gap. */
export function track<T>(work: Promise<T>): Promise<T> {
  pending.value++
  const done = (): void => {
    setTimeout(() => {
      pending.value--
    })
  }
  work.then(done, done)
  return work
}

/** Shows the state on the page: busy at once, idle only after what caused it has been painted. */
export function showAppState(root: HTMLElement): () => void {
  let turn = 0
  return effect(() => {
    const state = appState.value
    const mine = ++turn
    if (state !== 'idle') {
      root.dataset['appState'] = state
      return
    }
    afterPaint(() => {
      if (mine === turn) root.dataset['appState'] = 'idle'
    })
  })
}

function afterPaint(then: () => void): void {
  if (document.hidden) setTimeout(then)
  else requestAnimationFrame(() => setTimeout(then))
}
