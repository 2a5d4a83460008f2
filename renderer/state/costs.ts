/** Unit costs that the user changed: remembered, told to the host, and what runs cost with them. */
import { effect, signal, untracked } from '@preact/signals'
import { ask, epoch } from './backend.ts'
import { position } from './position.ts'
import { createQuery, forgetAnswers } from './query.ts'
import { trace } from './runs.ts'
import { version } from './snapshots.ts'

export type CostEdit = { ns?: number; perUnit?: number }

export const costEdits = signal<Readonly<Record<string, CostEdit>>>({})
/** Set while the pane is in front: nothing is asked behind. */
export const costsWatched = signal(false)

export const costsQuery = createQuery('costs', () => {
  const source = trace.value
  if (!source || !costsWatched.value) return null
  return { params: { ...source, k: position.value }, version: version.value }
})

let told = '{}'

/** Tells the host of every change. */
export function keepCosts(): void {
  effect(() => {
    void costEdits.value
    untracked(() => void tellCosts())
  })
}

/** The host that was started anew knows none: `again` says all of it once more. */
export async function tellCosts(again = false): Promise<void> {
  const costs = { ...costEdits.value }
  const text = JSON.stringify(costs)
  if (text === told && !(again && text !== '{}')) return
  told = text
  if ((await ask('setCosts', { costs })) === null) return
  forgetAnswers()
  epoch.value++
}

export function editCost(id: string, edit: CostEdit): void {
  costEdits.value = { ...costEdits.value, [id]: { ...costEdits.value[id], ...edit } }
}

export function resetCost(id: string): void {
  const rest = { ...costEdits.value }
  delete rest[id]
  costEdits.value = rest
}

export function resetCosts(): void {
  costEdits.value = {}
}
