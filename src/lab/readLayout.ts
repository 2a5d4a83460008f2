/** Include lists as scenarios give them, checked. */
import type { LayoutChange } from '../policy/accounting/layout/compile.ts'
import type { LayoutSpec } from './api.ts'
import { LabError } from './errors.ts'

const MOST_UNITS = 32
const MOST_INCLUDES = 64
const NAME = /^[\w./+-]{1,80}$/

/** @throws LabError that says which list is wrong. */
export function readLayout(spec: LayoutSpec): LayoutChange {
  for (const key of Object.keys(spec))
    if (key !== 'headers' && key !== 'units')
      throw new LabError(`layout.${key} is not known; layout has headers, units`)
  return {
    headers: readLists('layout.headers', spec.headers ?? {}),
    units: readLists('layout.units', spec.units ?? {}),
  }
}

function readLists(
  where: string,
  lists: Readonly<Record<string, readonly string[]>>,
): Record<string, string[]> {
  const entries = Object.entries(lists)
  if (entries.length > MOST_UNITS)
    throw new LabError(`${where}: ${entries.length} lists; give at most ${MOST_UNITS}`)
  return Object.fromEntries(
    entries.map(([name, list]) => [checked(where, name), readList(`${where}['${name}']`, list)]),
  )
}

function readList(where: string, list: readonly string[]): string[] {
  if (!Array.isArray(list) || list.length > MOST_INCLUDES)
    throw new LabError(`${where}: give a list of at most ${MOST_INCLUDES} headers`)
  return list.map((header) => checked(where, String(header)))
}

function checked(where: string, name: string): string {
  if (NAME.test(name)) return name
  throw new LabError(`${where}: '${name}' is no name of a file such as 'linux/mm.h'`)
}
