/** What can be typed next in a filter. */
import { EVENT_NAMES } from '../names.ts'
import { CTX_NAMES, FIELDS, LEVEL_NAMES } from '../schema.ts'
import { FILTER_KEYS } from './parse.ts'
import type { FilterKey } from './parse.ts'

export interface Completion {
  text: string
  about: string
}

/** Completions for the word before the cursor, which begins at `from`. */
export function completeFilter(text: string, cursor = text.length): { from: number; options: Completion[] } {
  const word = /[^\s()"!]*$/.exec(text.slice(0, cursor))?.[0] ?? ''
  const colon = word.indexOf(':')
  const typed = word.slice(colon + 1).toLowerCase()
  const options = colon < 0 ? words() : values(word.slice(0, colon).toLowerCase() as FilterKey)
  const fitting = options.filter((option) => option.text.toLowerCase().startsWith(typed))
  return { from: cursor - typed.length, options: fitting }
}

function words(): Completion[] {
  const keys = Object.entries(FILTER_KEYS).map(([key, about]) => ({ text: `${key}:`, about }))
  const joints = ['and', 'or', 'not'].map((text) => ({ text, about: 'joins terms' }))
  return [...keys, ...joints]
}

function values(key: FilterKey): Completion[] {
  const list = (texts: readonly string[], about: string) => texts.map((text) => ({ text, about }))
  if (key === 'name') return list(EVENT_NAMES, 'event')
  if (key === 'level') return list(LEVEL_NAMES, 'level')
  if (key === 'ctx') return list(CTX_NAMES, 'context')
  if (key === 'field')
    return Object.entries(FIELDS).flatMap(([obj, fields]) => list(fields, `field of ${obj}`))
  return []
}
