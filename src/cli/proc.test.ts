import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { watched } from '../lab/watched.fixture.ts'
import { encodeTrace } from '../trace/file.ts'
import { parse, UsageError } from './args.ts'
import { proc } from './proc.ts'

const folder = mkdtempSync(join(tmpdir(), 'ptlab-proc-'))
const file = join(folder, 'run.ptl')
let maps = ''
let status = ''
let early = 0

beforeAll(() => {
  const { machine, read } = watched()
  const task = machine.spawn('t')
  const at = task.mmap({ length: 8192 })
  early = machine.events - 1
  task.write(at)
  maps = task.maps()
  status = task.status()
  writeFileSync(file, Buffer.concat([...encodeTrace(read().trace)]))
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

async function run(...argv: string[]): Promise<string> {
  let out = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text)
    return true
  })
  expect(await proc.run(parse(proc, [file, ...argv]))).toBe(0)
  return out
}

describe('ptlab proc', () => {
  it('prints what the running machine said', async () => {
    expect(await run('maps')).toBe(maps)
    expect(await run('status')).toBe(status)
    const both = await run()
    expect(both).toContain('==> /proc/1/status <==')
    expect(both).toContain(maps)
  })

  it('marks what changed since an event', async () => {
    const text = await run('status', '--since', String(early))
    expect(text).toMatch(/^~ VmRSS:.*was: VmRSS:/m)
    expect(text).toMatch(/^ {2}VmSize:/m)
    expect(await run('status', '--at', String(early), '--since', String(early))).not.toMatch(/^[~+−]/m)
  })

  it('is one JSON object with --json', async () => {
    const { files, processes } = JSON.parse(await run('maps,meminfo', '--json')) as {
      files: { file: string; pid: number | null; text: string }[]
      processes: unknown[]
    }
    expect(processes).toEqual([{ pid: 1, name: 't' }])
    expect(files.map(({ file: name, pid }) => [name, pid])).toEqual([
      ['maps', 1],
      ['meminfo', null],
    ])
    expect(files[0].text).toBe(maps)
  })

  it.each([
    [['smap'], /no file 'smap' \(did you mean smaps\?\)/],
    [['maps', '--pid', '7'], /no process 7 lives after event \d+; there are 1 t/],
    [['maps', '--at', '99999'], /the trace has events 0 to \d+/],
    [['maps', '--at', '0'], /no process lives after event 0/],
  ])('%j: says what is wrong', async (argv, message) => {
    const failed = run(...argv)
    await expect(failed).rejects.toThrow(UsageError)
    await expect(failed).rejects.toThrow(message)
  })
})
