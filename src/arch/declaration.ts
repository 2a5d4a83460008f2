/** What a scenario writes to declare an architecture: plain data that also travels in trace headers. */
import type { LevelName } from './arch.ts'
import { VariantError } from './define.ts'

/** Bytes: a bigint, a number below 2^53, or hexadecimal text. */
export type DeclaredAddress = bigint | number | string

export interface DeclaredLevel {
  name: LevelName
  entries: number
  entryBytes?: number
  shift?: number
  alloc?: 'pages' | 'fragment' | 'slab'
  counted?: number
}

/** Bit numbers; ranges are [highest, lowest]. */
export interface DeclaredBits {
  present: number
  protNone: number
  write: number
  accessed: number
  dirty: number
  special: number
  noExec?: number
  frame: readonly [number, number]
  swapType: readonly [number, number]
  swapOffset: readonly [number, number]
  swapExclusive: number
}

export interface DeclaredSpace {
  taskSize?: DeclaredAddress
  firstUserAddress?: DeclaredAddress
  userTopEntries?: number
}

export interface ArchDeclaration {
  id: string
  extends?: string
  title?: string
  pageShift?: number
  levels?: readonly DeclaredLevel[]
  bits?: DeclaredBits
  space?: DeclaredSpace
}

type Check = (value: unknown, where: string) => string[]

const number: Check = (value, where) =>
  Number.isInteger(value) ? [] : [`${where}: ${show(value)} is no whole number`]
const text: Check = (value, where) =>
  typeof value === 'string' ? [] : [`${where}: ${show(value)} is no text`]
const address: Check = (value, where) =>
  typeof value === 'bigint' || Number.isSafeInteger(value) || /^0x[0-9a-f_]{1,20}$/i.test(String(value))
    ? []
    : [`${where}: ${show(value)} is no address; give a bigint, a number, or text like '0x7fff0000'`]
const range: Check = (value, where) =>
  Array.isArray(value) && value.length === 2 && value.every(isBit) && Number(value[0]) >= Number(value[1])
    ? []
    : [`${where}: ${show(value)} is no range of bits; give [highest, lowest]`]
const bit: Check = (value, where) =>
  isBit(value) ? [] : [`${where}: ${show(value)} is no bit number from 0 to 63`]
const oneOf =
  (...known: string[]): Check =>
  (value, where) =>
    known.includes(String(value)) ? [] : [`${where}: ${show(value)}; give ${known.join(', ')}`]

const LEVEL = {
  name: oneOf('pgd', 'p4d', 'pud', 'pmd', 'pte'),
  entries: number,
  'entryBytes?': number,
  'shift?': number,
  'alloc?': oneOf('pages', 'fragment', 'slab'),
  'counted?': number,
}
const BITS = {
  present: bit,
  protNone: bit,
  write: bit,
  accessed: bit,
  dirty: bit,
  special: bit,
  'noExec?': bit,
  frame: range,
  swapType: range,
  swapOffset: range,
  swapExclusive: bit,
}
const levels: Check = (value, where) =>
  Array.isArray(value) && value.length <= 5
    ? value.flatMap((level, i) => record(LEVEL)(level, `${where}[${i}]`))
    : [`${where}: give a list of at most five levels, the top one first`]
const DECLARATION = {
  id: text,
  'extends?': text,
  'title?': text,
  'pageShift?': number,
  'levels?': levels,
  'bits?': record(BITS),
  'space?': record({ 'taskSize?': address, 'firstUserAddress?': address, 'userTopEntries?': number }),
}

/** @throws VariantError for what is no declaration: a field that is missing, unknown or of the wrong kind. */
export function readDeclaration(value: unknown): ArchDeclaration {
  const problems = record(DECLARATION)(value, '')
  if (problems.length === 0) return value as ArchDeclaration
  const id = isObject(value) && typeof value.id === 'string' ? value.id : '?'
  throw new VariantError(id, problems)
}

/** The same in JSON: addresses become hexadecimal text. */
export function plainDeclaration(declaration: ArchDeclaration): ArchDeclaration {
  const plain: unknown = JSON.parse(
    JSON.stringify(declaration, (_key, value: unknown) =>
      typeof value === 'bigint' ? `0x${value.toString(16)}` : value,
    ),
  )
  return plain as ArchDeclaration
}

/** Fields by name; `name?` may be absent. */
function record(fields: Record<string, Check>): Check {
  return (value, where) => {
    if (!isObject(value)) return [`${where || 'the declaration'}: ${show(value)} is no object`]
    const dot = where === '' ? '' : `${where}.`
    const known = Object.keys(fields).map((field) => field.replace('?', ''))
    const unknown = Object.keys(value).filter((key) => !known.includes(key))
    const problems = unknown.map((key) => `${dot}${key} is not known; there are ${known.join(', ')}`)
    for (const [field, check] of Object.entries(fields)) {
      const name = field.replace('?', '')
      if (value[name] !== undefined) problems.push(...check(value[name], `${dot}${name}`))
      else if (field === name) problems.push(`${dot}${name} is missing`)
    }
    return problems
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isBit(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 64
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}
