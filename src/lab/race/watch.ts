/**
 * Tells a footprint which page-table entries and data words are looked at. The methods of one machine's tables, walker and
 * memory are replaced on that machine alone: it was made for one schedule and is thrown away after it.
 */
import { indexOf } from '../../hw/walker.ts'
import type { Kernel } from '../../mm/kernel.ts'
import type { FootprintRecorder } from './footprintRecorder.ts'

/** Entries are looked over 32 at a time where a whole block was never written. */
const BLOCK = 5

export function watch(kernel: Kernel, recorder: FootprintRecorder): void {
  const { tables, data } = kernel.memory
  recorder.leaf = kernel.arch.pte
  kernel.points.observer = (key, write) => recorder.footprint.note(key, write)
  const { at, own, untouched } = bound(tables, ['at', 'own', 'untouched'])
  tables.at = (id, index) => {
    recorder.footprint.note(`table ${id} ${index}`, false)
    return at(id, index)
  }
  tables.own = (id, index) => {
    recorder.footprint.note(`table ${id} ${index}`, true)
    recorder.footprint.note(`table ${id} ${index >> BLOCK} *`, true)
    return own(id, index)
  }
  tables.untouched = (id, index) => {
    recorder.footprint.note(`table ${id} ${index >> BLOCK} *`, false)
    return untouched(id, index)
  }
  const { readLo, copy } = bound(data, ['readLo', 'copy'])
  data.readLo = (frame, word) => {
    recorder.footprint.note(`data ${frame}`, false)
    return readLo(frame, word)
  }
  data.copy = (from, to) => {
    recorder.footprint.note(`data ${from}`, false)
    recorder.footprint.note(`data ${to}`, true)
    copy(from, to)
  }
  watchWalker(kernel)
}

/** Where the walker remembers the way, the entries on it count as looked at all the same. */
function watchWalker(kernel: Kernel): void {
  const { walker, pt } = kernel
  const { tables } = kernel.memory
  const { near } = bound(walker, ['near'])
  walker.near = (root, vpnLo, vpnHi) => {
    const found = near(root, vpnLo, vpnHi)
    let table = found === 0 ? 0 : root
    while (table !== 0 && tables.depth[table] < pt.last)
      table = pt.child(table, indexOf(pt.levels[tables.depth[table]], vpnLo, vpnHi))
    return found
  }
}

function bound<T extends object, K extends keyof T>(object: T, names: readonly K[]): Pick<T, K> {
  const out = {} as Pick<T, K>
  for (const name of names) {
    const method = object[name] as (...args: unknown[]) => unknown
    out[name] = method.bind(object) as T[K]
  }
  return out
}
