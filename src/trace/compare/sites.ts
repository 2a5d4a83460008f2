/** Which place in the source each call of several traces stands at, as numbers that mean the same in all of them. */
import type { Trace } from '../trace.ts'

const LINE_SPAN = 2 ** 20
const COLUMN_SPAN = 2 ** 12

/** For each trace the site of its i-th call, 0 … count − 1 in the order of first sight. */
export function sitesOf(traces: readonly Trace[]): { sites: Int32Array[]; count: number } {
  const files = new Map<string, number>()
  const known = new Map<number, number>()
  const unplaced = new Map<string, number>()
  let count = 0
  const number = <K>(map: Map<K, number>, key: K): number => {
    let found = map.get(key)
    if (found === undefined) map.set(key, (found = count++))
    return found
  }
  const sites = traces.map((trace) => {
    const { ops } = trace
    const file = fileNumbers(trace, files)
    const list = new Int32Array(ops.count)
    for (let i = 0; i < list.length; i++) {
      const op = ops.opAt(i)
      const line = ops.line(op)
      if (line === 0) list[i] = number(unplaced, verb(trace.text(ops.text(op))))
      else list[i] = number(known, (file(ops.file(op)) * LINE_SPAN + line) * COLUMN_SPAN + ops.column(op))
    }
    return list
  })
  return { sites, count }
}

/** Numbers of source files that are the same in every trace, by string number of one. */
function fileNumbers(trace: Trace, files: Map<string, number>): (string: number) => number {
  const numbers = new Map<number, number>()
  return (string) => {
    let found = numbers.get(string)
    if (found !== undefined) return found
    const name = trace.text(string)
    found = files.get(name) ?? files.size
    files.set(name, found)
    numbers.set(string, found)
    return found
  }
}

/** 'hog.mmap' of 'hog.mmap(4096)'. */
function verb(text: string): string {
  const end = text.indexOf('(')
  return end < 0 ? text : text.slice(0, end)
}
