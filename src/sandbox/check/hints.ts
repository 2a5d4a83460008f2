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

const CANNOT_FIND_NAME = /^Cannot find name '([^']+)'/

/** Adds the hint to a compiler message, or gives the message back. */
export function withHint(message: string): string {
  const name = CANNOT_FIND_NAME.exec(message)?.[1]
  const hint = name !== undefined && Object.hasOwn(ABSENT, name) ? ABSENT[name] : ''
  if (hint !== '') return `Cannot find name '${name}'. ${hint}`
  return message
}
