/** What to say instead of, or behind, the compiler's words where a newcomer to the lab would be puzzled. */
const ABSENT: Record<string, string> = {
  console: 'There is no console here: use log(…) from the run context.',
  process: 'A scenario cannot reach the host: there is no process object.',
  require: "A scenario imports from 'ptlab' and from its own files only: there is no require.",
  module: 'Write export default scenario({…}); there is no module object.',
  Buffer: 'There is no Buffer here.',
  fetch: 'A scenario has no network.',
  XMLHttpRequest: 'A scenario has no network.',
  WebSocket: 'A scenario has no network.',
  window: 'A scenario has no window or document; it runs apart from the desk.',
  document: 'A scenario has no window or document; it runs apart from the desk.',
  global: 'There is nothing of the host to reach here.',
  setTimeout: 'A scenario runs in simulated time: there are no timers.',
  setInterval: 'A scenario runs in simulated time: there are no timers.',
  setImmediate: 'A scenario runs in simulated time: there are no timers.',
  performance: 'A scenario runs in simulated time: there is no clock.',
}

/** Declared by the language's library, so only running finds them missing. */
const WITHHELD =
  /^(?:(?:Big)?(?:Ui|I)nt\d+(?:Clamped)?Array|Float\d+Array|(?:Shared)?ArrayBuffer|DataView|Atomics|WeakRef|FinalizationRegistry|Intl|eval)$/

const CANNOT_FIND_NAME = /^Cannot find name '([^']+)'/
const NOT_DEFINED = /^(?:ReferenceError: )?(\S+) is not defined$/

/** Adds the hint to a message of the compiler or the engine, or gives the message back. */
export function withHint(message: string): string {
  const unknown = CANNOT_FIND_NAME.exec(message)?.[1]
  if (unknown !== undefined) {
    const hint = hintFor(unknown)
    return hint === '' ? message : `Cannot find name '${unknown}'. ${hint}`
  }
  const hint = hintFor(NOT_DEFINED.exec(message)?.[1] ?? '')
  return hint === '' ? message : `${message}. ${hint}`
}

function hintFor(name: string): string {
  if (Object.hasOwn(ABSENT, name)) return ABSENT[name]
  return WITHHELD.test(name) ? 'Scenarios have the plain language only: use arrays, maps and bigint.' : ''
}
