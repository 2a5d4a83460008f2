/** From a parsed filter to a test on raw records. No strings are made while a trace is scanned. */
import type { Arch } from '../../arch/arch.ts'
import { CTX, FIELDS, KIND, LEVEL } from '../schema.ts'
import { CLASSES, className, classOf, EVENT_NAMES, fieldName, levelOf, mmOf } from '../names.ts'
import type { Trace } from '../trace.ts'
import { FilterError } from './parse.ts'
import type { FilterKey, FilterNode } from './parse.ts'
import { textTest } from './text.ts'
import { vaTest } from './va.ts'

/** Whether record k, in `w` from `at`, passes. Never called for payload records. */
export type RecordTest = (w: Uint32Array, at: number, k: number) => boolean

export interface CompiledFilter {
  test: RecordTest
  /** Takes in what has been appended to the trace since; call before a scan. */
  refresh(): void
}

/** Throws FilterError for values that no event can have. */
export function compileFilter(node: FilterNode, trace: Trace, arch: Arch): CompiledFilter {
  const refreshers: (() => void)[] = []
  const add = (part: CompiledFilter) => {
    refreshers.push(part.refresh)
    return part.test
  }
  const build = (at: FilterNode): RecordTest => {
    if (at.type === 'all') return () => true
    if (at.type === 'not') return not(build(at.node))
    if (at.type === 'and') return and(build(at.left), build(at.right))
    if (at.type === 'or') return or(build(at.left), build(at.right))
    if (at.key === null) return add(textTest(at.value, trace))
    if (at.key === 'va') return add(vaTest(address(at.value, at.position), trace, arch))
    return term(at.key, at.value, at.position, trace)
  }
  const test = build(node)
  return { test, refresh: () => refreshers.forEach((refresh) => refresh()) }
}

function not(a: RecordTest): RecordTest {
  return (w, at, k) => !a(w, at, k)
}

function and(a: RecordTest, b: RecordTest): RecordTest {
  return (w, at, k) => a(w, at, k) && b(w, at, k)
}

function or(a: RecordTest, b: RecordTest): RecordTest {
  return (w, at, k) => a(w, at, k) || b(w, at, k)
}

function term(key: Exclude<FilterKey, 'va'>, value: string, position: number, trace: Trace): RecordTest {
  switch (key) {
    case 'name':
      return nameTest(value, position)
    case 'level':
      return levelTest(value, position)
    case 'ctx':
      return ctxTest(value, position)
    case 'field':
      return fieldTest(value, position)
    case 'mm':
      return numberTest(value, position, (w, at) => mmOf(w[at], w[at + 1], w[at + 3]))
    case 'cpu':
      return numberTest(value, position, (w, at) => (w[at] >>> 8) & 0xff)
    case 'op':
      return numberTest(value, position, (w, at) => w[at + 2])
    case 'line':
      return numberTest(value, position, (w, at) => lineOf(trace, w, at))
    case 'table':
      return numberTest(value, position, (w, at) => (levelOf(w[at], w[at + 1]) >= 0 ? w[at + 3] : -1))
    case 'frame':
      return numberTest(value, position, frameOf)
  }
}

function lineOf(trace: Trace, w: Uint32Array, at: number): number {
  const kind = w[at] & 0xff
  return kind === KIND.EXPECT || kind === KIND.LOG ? w[at + 4] : trace.ops.line(w[at + 2])
}

function frameOf(w: Uint32Array, at: number): number {
  switch (w[at] & 0xff) {
    case KIND.MM_PAGE_ALLOC:
    case KIND.MM_PAGE_FREE:
    case KIND.PAGE_STATE:
    case KIND.STORE:
    case KIND.FAULT_DONE:
      return w[at + 3]
    case KIND.PT_ALLOC:
    case KIND.PT_FREE:
      return w[at + 4]
    case KIND.TLB_FILL:
      return w[at + 6]
    default:
      return -1
  }
}

function nameTest(value: string, position: number): RecordTest {
  const pattern = glob(value)
  if (!EVENT_NAMES.some((name) => pattern.test(name)))
    throw new FilterError(position, `no event is called '${value}'`)
  return classTest((number) => pattern.test(className(number)))
}

function fieldTest(value: string, position: number): RecordTest {
  const pattern = glob(value)
  const known = Object.values(FIELDS).flat()
  if (!known.some((name) => pattern.test(name)))
    throw new FilterError(position, `no field is called '${value}'`)
  return (w, at) => (w[at] & 0xff) === KIND.FIELD && pattern.test(fieldName(w[at + 1] >>> 24, w[at] >>> 16))
}

/** A test by event class, looked up in a table. */
export function classTest(matches: (number: number) => boolean): RecordTest {
  const set = Uint8Array.from({ length: CLASSES }, (_, number) => (matches(number) ? 1 : 0))
  return (w, at) => set[classOf(w[at], w[at + 1])] === 1
}

function levelTest(value: string, position: number): RecordTest {
  const level = (LEVEL as Record<string, number>)[value.toLowerCase()]
  if (level === undefined)
    throw new FilterError(position, `no level '${value}'; there are ${Object.keys(LEVEL).join(', ')}`)
  return (w, at) => levelOf(w[at], w[at + 1]) === level
}

function ctxTest(value: string, position: number): RecordTest {
  const ctx = (CTX as Record<string, number>)[value.toLowerCase()]
  if (ctx === undefined)
    throw new FilterError(position, `no context '${value}'; there are ${Object.keys(CTX).join(', ')}`)
  return (w, at) => ((w[at + 1] >>> 20) & 15) === ctx
}

function numberTest(value: string, position: number, of: (w: Uint32Array, at: number) => number): RecordTest {
  const range = /^(0x[0-9a-f]+|\d+)(?:-(0x[0-9a-f]+|\d+))?$/i.exec(value)
  if (!range) throw new FilterError(position, `'${value}' is not a number or a range like 3-7`)
  const low = Number(range[1])
  const high = range[2] === undefined ? low : Number(range[2])
  if (high < low) throw new FilterError(position, `the range ${value} is empty`)
  if (low === high) return (w, at) => of(w, at) === low
  return (w, at) => {
    const number = of(w, at)
    return number >= low && number <= high
  }
}

function address(value: string, position: number): bigint {
  if (!/^0x[0-9a-f_]{1,20}$/i.test(value))
    throw new FilterError(position, `'${value}' is not an address like 0x7ffff7fff000`)
  return BigInt(value.replaceAll('_', ''))
}

function glob(value: string): RegExp {
  const escaped = value.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${escaped}$`, 'i')
}
