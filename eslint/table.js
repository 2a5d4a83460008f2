/**
 * Who may import whom: the table of CONTRIBUTING.md#layers, which the rule in layers.js enforces.
 * `value` rooms may be imported freely, `type` rooms only with `import type`.
 */

const hardware = ['arch', 'trace']
const tables = ['hw', ...hardware]
const memory = ['pgtable', ...tables]
const seams = ['mm', 'kernelmap', ...memory]
const everything = ['profile', 'policy', ...seams]
const consumers = ['lab', 'trace', 'arch']
const hosts = ['sandbox', 'interop', ...consumers]

/** @type {Record<string, { value: string[], type: string[] }>} */
export const layers = {
  arch: { value: [], type: [] },
  trace: { value: ['arch'], type: [] },
  hw: { value: hardware, type: [] },
  pgtable: { value: tables, type: [] },
  mm: { value: memory, type: [] },
  kernelmap: { value: memory, type: [] },
  policy: { value: seams, type: [] },
  profile: { value: ['policy'], type: seams },
  lab: { value: everything, type: [] },
  sandbox: { value: consumers, type: [] },
  interop: { value: consumers, type: [] },
  host: { value: hosts, type: [] },
  cli: { value: ['host', ...hosts], type: [] },
  electron: { value: ['host'], type: [] },
  renderer: { value: [], type: hardware.concat('lab') },
}

/** Rooms that know no Node, no DOM, no clock and no randomness. */
export const pureRooms = new Set(['lab', ...everything])

export const forbiddenGlobals = new Set([
  'Buffer',
  'Date',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'document',
  'fetch',
  'localStorage',
  'navigator',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'window',
])
