/** Suggestions for the event filter as whole texts, which is what a field's list of choices wants. */
import { choices } from '../state/choices.ts'

export interface Suggestion {
  text: string
  about: string
}

/** @param fields names that `field:` can take on the machine shown */
export function complete(text: string, fields: readonly string[]): Suggestion[] {
  const word = /[^\s()"!]*$/.exec(text)?.[0] ?? ''
  const colon = word.indexOf(':')
  const typed = word.slice(colon + 1)
  const before = text.slice(0, text.length - typed.length)
  const options = colon < 0 ? keyWords(before) : valueWords(word.slice(0, colon), fields)
  return options
    .filter((option) => option.text.toLowerCase().startsWith(typed.toLowerCase()) && option.text !== typed)
    .map((option) => ({ text: before + option.text, about: option.about }))
}

function keyWords(before: string): Suggestion[] {
  const keys = Object.entries(choices.value.filter.keys).map(([key, about]) => ({ text: `${key}:`, about }))
  const joints = ['and', 'or', 'not'].map((text) => ({ text: `${text} `, about: 'joins terms' }))
  return before.trim() === '' ? keys : [...keys, ...joints]
}

function valueWords(key: string, fields: readonly string[]): Suggestion[] {
  const list = (texts: readonly string[], about: string): Suggestion[] =>
    texts.map((text) => ({ text, about }))
  const { names, levels, contexts } = choices.value.filter
  if (key === 'name') return list(names, 'event')
  if (key === 'level') return list(levels, 'level')
  if (key === 'ctx') return list(contexts, 'context')
  return key === 'field' ? list(fields, 'field') : []
}
