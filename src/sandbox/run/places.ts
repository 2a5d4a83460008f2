/** From places in running code to places in the user's source, and from thrown values to messages. */
import { withHint } from '../check/hints.ts'
import type { ModuleCode, Program, RunError } from '../messages.ts'

/** Lines that the loader puts before the user's first one. */
export const LINES_BEFORE = 1

/** Name that V8 knows a module by; found again in stacks. */
export function moduleUrl(index: number): string {
  return `ptlab-module-${index}`
}

const FRAME = /ptlab-module-(\d+):(\d+):(\d+)/

/** Column in the user's source of a column in the code that runs. */
export function sourceColumn(module: ModuleCode, line: number, column: number): number {
  let shift = 0
  const { inserts } = module
  for (let i = 0; i < inserts.length; i += 3) {
    if (inserts[i] < line) continue
    if (inserts[i] > line) break
    const at = inserts[i + 1] + shift
    const length = inserts[i + 2]
    if (column < at) break
    if (column < at + length) return inserts[i + 1]
    shift += length
  }
  return column - shift
}

/** The topmost place of the user's source in a stack. */
export function placeInStack(program: Program, stack: string): RunError['at'] {
  const found = FRAME.exec(stack)
  if (!found) return null
  const module = program.modules[Number(found[1])]
  if (!module) return null
  const line = Number(found[2]) - LINES_BEFORE
  return { file: module.file, line, column: sourceColumn(module, line, Number(found[3])) }
}

declare const getStackString: ((error: Error) => string) | undefined

export function describeError(program: Program, error: unknown, fallback: RunError['at']): RunError {
  const stack = error instanceof Error && typeof getStackString === 'function' ? getStackString(error) : ''
  const at = placeInStack(program, stack) ?? fallback
  const message = withHint(messageOf(error))
  return isOurs(error, stack)
    ? { message: `the lab itself failed: ${message}`, at, internal: true }
    : { message, at, internal: false }
}

/** Errors that the lab throws on purpose. */
const DELIBERATE = new Set(['LabError', 'LinuxError', 'SignalError', 'SkipRun'])

/** Frames of the lab's own code above the user's from which on an error is not about how the API was called. */
const DEEP = 4

/** Whether the lab broke: an error of the language, thrown deep in its code, not in the user's. */
function isOurs(error: unknown, stack: string): boolean {
  if (!(error instanceof Error) || DELIBERATE.has(nameOf(error))) return false
  // What TypeScript lets pass and the engine does not parse is still the user's text.
  if (error instanceof SyntaxError) return false
  // Deep recursion of the scenario ends wherever the stack does.
  if (error instanceof RangeError && messageOf(error).includes('call stack')) return false
  const frames = stack.split('\n').filter((line) => /:\d+:\d+\)?$/.test(line))
  const above = frames.findIndex((line) => FRAME.test(line))
  return (above < 0 ? frames.length : above) >= DEEP
}

function nameOf(error: Error): string {
  try {
    return String(error.name)
  } catch {
    return ''
  }
}

const MAX_MESSAGE = 4000

/** Text of a thrown value; anything can be thrown, also objects that throw when they are looked at. */
export function messageOf(error: unknown): string {
  try {
    if (error instanceof Error) {
      const name = String(error.name)
      const message = String(error.message)
      if (message === '') return clip(name)
      return clip(DELIBERATE.has(name) ? message : `${name}: ${message}`)
    }
    return clip(`thrown: ${typeof error === 'object' ? JSON.stringify(error) : String(error)}`)
  } catch {
    return 'a value that cannot be shown was thrown'
  }
}

function clip(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text
}
