import { batch, effect, signal, untracked } from '@preact/signals'
import { ask } from './backend.ts'
import { clamp } from './format.ts'
import { lastEvent, run, trace } from './runs.ts'

export type StepBy = 'event' | 'op' | 'line'
export type Direction = 1 | -1

/** Every panel shows the state after this event; -1 is before the first. */
export const position = signal(-1)
/** Stays at the end while a run grows, until the user moves. */
export const following = signal(true)
export const playing = signal(false)
export const playBy = signal<StepBy>('op')

effect(() => {
  void run.value?.run
  untracked(() => {
    batch(() => {
      following.value = true
      playing.value = false
    })
  })
})

effect(() => {
  const last = lastEvent.value
  untracked(() => {
    position.value = following.value ? last : clamp(position.value, -1, last)
  })
})

export function goTo(k: number): void {
  batch(() => {
    following.value = false
    position.value = clamp(Math.round(k), -1, lastEvent.value)
  })
}

const MOST_WAITING = 3
let waiting = 0
let lastStep: Promise<unknown> = Promise.resolve()

/** Moves one event, call or source line; quick key presses wait for each other. Answers whether anything moved. */
export async function step(by: StepBy, direction: Direction): Promise<boolean> {
  if (waiting >= MOST_WAITING) return false
  waiting++
  const mine = lastStep.then(() => stepNow(by, direction))
  lastStep = mine.finally(() => waiting--)
  return mine
}

async function stepNow(by: StepBy, direction: Direction): Promise<boolean> {
  const at = trace.value
  if (!at) return false
  const from = position.value
  const answer = await ask('step', { ...at, k: from, by, direction })
  if (answer && position.value === from) goTo(answer.k)
  return position.value !== from
}

const PLAY_MS = 450

/** Steps forward until the end or the next call of this. */
export async function togglePlay(): Promise<void> {
  if (playing.value) {
    playing.value = false
    return
  }
  if (position.value >= lastEvent.value) goTo(-1)
  playing.value = true
  while (playing.value) {
    const moved = await step(playBy.value, 1)
    if (!moved || position.value >= lastEvent.value) break
    await new Promise((resolve) => setTimeout(resolve, PLAY_MS))
  }
  playing.value = false
}
