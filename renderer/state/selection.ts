import { effect, signal, untracked } from '@preact/signals'
import { run } from './runs.ts'

export interface EntryPlace {
  table: number
  index: number
}

/** The process to show whatever the event says; null follows the event. */
export const pinnedMm = signal<number | null>(null)
/** Address whose walk is drawn; null lets the desk choose one. */
export const focusVa = signal<string | null>(null)
/** Entry decoded; null decodes where the walk ends. */
export const picked = signal<EntryPlace | null>(null)

effect(() => {
  void run.value?.run
  untracked(followEvents)
})

/** Lets the desk choose the address and the process again, event by event. */
export function followEvents(): void {
  pinnedMm.value = null
  focusVa.value = null
  picked.value = null
}

export function focusAddress(va: string): void {
  focusVa.value = va
  picked.value = null
}
