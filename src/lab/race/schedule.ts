/**
 * Schedules as text: 'A3 B1 A B' lets task A pass three yield points, then B one, then A and B run to their ends (or until
 * they wait for a lock). Letters number the tasks in the order they were given.
 */
import { LabError } from '../errors.ts'

/** `steps` Infinity: as far as it goes. */
export interface Segment {
  task: number
  steps: number
}

export function letterOf(task: number): string {
  return String.fromCharCode(65 + task)
}

/** @throws LabError that says which word is wrong. */
export function parseSchedule(text: string, tasks: number): Segment[] {
  return text
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .map((word) => {
      const found = /^([A-Z])(\d*)$/.exec(word.toUpperCase())
      const task = found === null ? -1 : found[1].charCodeAt(0) - 65
      if (found === null || task >= tasks || found[2] === '0')
        throw new LabError(
          `schedule: '${word}' in '${text}'; write letters ${letterOf(0)} to ${letterOf(tasks - 1)} and steps, as in 'A3 B1 A B'`,
        )
      return { task, steps: found[2] === '' ? Infinity : Number(found[2]) }
    })
}

/** The text of what ran: task numbers step by step. `open[i]`: the task could not have gone on after step i. */
export function scheduleText(order: readonly number[], open: readonly boolean[]): string {
  const words: string[] = []
  for (let i = 0; i < order.length;) {
    let end = i + 1
    while (end < order.length && order[end] === order[i]) end++
    words.push(open[end - 1] ? letterOf(order[i]) : `${letterOf(order[i])}${end - i}`)
    i = end
  }
  return words.join(' ')
}

/** How often a task that could have gone on had to wait for another. */
export function preemptions(order: readonly number[], open: readonly boolean[]): number {
  let count = 0
  for (let i = 1; i < order.length; i++) if (order[i] !== order[i - 1] && !open[i - 1]) count++
  return count
}
