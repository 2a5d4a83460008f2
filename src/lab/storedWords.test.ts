/** What a scenario stored can be read off the trace. */
import { describe, expect, it } from 'vitest'
import { DataIndex } from '../trace/data.ts'
import { watched } from './watched.fixture.ts'

describe('words of a page', () => {
  it('are those stored, copied on write, and gone with the page', () => {
    const { machine, read } = watched()
    const parent = machine.spawn('p')
    const at = parent.mmap({ length: 4096 })
    parent.write(at, { value: 111n })
    parent.write(at + 24n, { value: 0xffff_0000_0001n })
    const first = parent.frame(at) ?? -1
    const before = machine.events
    const child = parent.fork()
    child.write(at + 8n, { value: 7 })
    const own = child.frame(at) ?? -1
    parent.write(at, { value: 222n })
    const { trace } = read()
    const data = new DataIndex(trace)
    const words = (frame: number, k: number) =>
      data.words(frame, k).map(({ index, lo, hi }) => [index, hi * 2 ** 32 + lo])
    const end = trace.length - 1
    expect(words(own, end)).toEqual([
      [0, 111],
      [1, 7],
      [3, 0xffff_0000_0001],
    ])
    const kept = parent.frame(at) ?? -1
    expect(words(kept, end)).toEqual([
      [0, 222],
      [3, 0xffff_0000_0001],
    ])
    expect(words(first, before - 1)).toEqual([
      [0, 111],
      [3, 0xffff_0000_0001],
    ])
    expect(words(first, 3)).toEqual([])
    child.exit()
    expect(new DataIndex(read().trace).words(own, trace.length - 1)).toEqual([])
  })

  it('cost nothing where nobody stores', () => {
    const { machine, read } = watched()
    const task = machine.spawn('t')
    const at = task.mmap({ length: 4096 })
    task.write(at)
    const { query, trace } = read()
    expect(new DataIndex(trace).words(task.frame(at) ?? -1, trace.length)).toEqual([])
    expect(query.tables(trace.length, 1).length).toBeGreaterThan(0)
  })
})
