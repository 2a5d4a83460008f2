/** Arguments of API calls as the trace shows them. */
import { hex } from './show.ts'

/** With the comma before it; nothing for no arguments. */
export function describeMore(args: object): string {
  return Object.keys(args).length === 0 ? '' : `, ${describe(args)}`
}

export function describe(args: object): string {
  let text = ''
  for (const [key, value] of Object.entries(args))
    text += `${text === '' ? '' : ', '}${key}: ${typeof value === 'bigint' ? hex(value) : String(value)}`
  return `{ ${text} }`
}

/** What a call without a result shows. */
export const nothing = (): string => ''
