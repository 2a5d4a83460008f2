/** A divergence in sentences. */
import type { MachineHeader } from '../schema.ts'
import type { CauseView, CompareRow } from './views.ts'

const MOST_CAUSES = 4
const MOST_NAMES = 6

export interface Explained {
  titles: readonly string[]
  headers: readonly MachineHeader[]
  call: CompareRow
  groups: readonly number[]
  causes: readonly CauseView[]
  first: boolean
}

export function explain({ titles, headers, call, groups, causes, first }: Explained): string[] {
  const place = call.line > 0 ? ` (line ${call.line})` : ''
  const lines = [
    first
      ? `${call.row === 0 ? 'The very first call is not the same everywhere' : `Up to call ${call.row - 1} all machines did the same; then they part ways`}: call ${call.row}, ${call.text}${place}.`
      : `Call ${call.row}, ${call.text}${place}, does not do the same everywhere.`,
  ]
  const absent = titles.filter((_, i) => groups[i] < 0)
  if (absent.length > 0)
    lines.push(`${list(absent)} ${absent.length === 1 ? 'does' : 'do'} not make this call.`)
  for (const cause of causes.slice(0, MOST_CAUSES)) lines.push(sentence(cause, titles))
  if (causes.length > MOST_CAUSES)
    lines.push(`Further kinds of events that differ: ${causes.length - MOST_CAUSES}.`)
  return [...lines, ...chosen(titles, headers)]
}

function sentence({ what, counts, first, doc }: CauseView, titles: readonly string[]): string {
  const made = titles
    .map((title, i) => ({ title, count: counts[i], k: first[i] }))
    .filter(({ count }) => count >= 0)
  const [with_, without] = [made.filter(({ count }) => count > 0), made.filter(({ count }) => count === 0)]
  const at = with_.map(({ k }) => k)
  const event = at.length === 1 ? `event ${at[0]}` : `events ${at.join(', ')}`
  const meaning = doc === '' ? '' : ` ${what.split(' ')[0]}: ${doc}.`
  if (without.length > 0) {
    const often = new Set(with_.map(({ count }) => count))
    const times = often.size === 1 && with_[0].count > 1 ? `, ${with_[0].count} times` : ''
    return `“${what}” on ${list(with_.map(({ title }) => title))}${times} (${event}), not on ${list(without.map(({ title }) => title))}.${meaning}`
  }
  const numbers = with_.map(({ title, count }) => `${count} on ${title}`)
  return `“${what}” happens ${list(numbers)} (first: ${event}).${meaning}`
}

/** What was chosen differently for the machines and may be the reason. */
function chosen(titles: readonly string[], headers: readonly MachineHeader[]): string[] {
  const seams = new Set(headers.flatMap(({ policies }) => Object.keys(policies)))
  const lines: string[] = []
  for (const seam of seams) {
    const ids = headers.map(({ policies }) => policies[seam] ?? '')
    if (new Set(ids).size < 2 || ids.every((id, i) => id === titles[i])) continue
    const parts = [...new Set(ids)].map((id) => `${id} on ${list(titles.filter((_, i) => ids[i] === id))}`)
    lines.push(`They were built with different ${seam}: ${parts.join('; ')}.`)
  }
  return lines
}

function list(names: readonly string[]): string {
  if (names.length > MOST_NAMES)
    return `${names.slice(0, MOST_NAMES - 1).join(', ')} and ${names.length - MOST_NAMES + 1} more`
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
