/**
 * Field numbers of schema.ts FIELDS as constants, so that hot code never looks names up.
 */
import { FIELDS } from '../trace/schema.ts'

type Numbers<T extends readonly string[]> = { readonly [K in T[number]]: number }

function numbers<T extends readonly string[]>(names: T): Numbers<T> {
  return Object.fromEntries(names.map((name, i) => [name, i])) as Numbers<T>
}

export const MM = numbers(FIELDS.mm)
export const MACHINE = numbers(FIELDS.machine)
export const PROCESS = numbers(FIELDS.process)
export const VMA = numbers(FIELDS.vma)
export const CPU = numbers(FIELDS.cpu)
export const FILE = numbers(FIELDS.file)
