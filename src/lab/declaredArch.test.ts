/** Machines of architectures that a scenario declares. */
import { describe, expect, it } from 'vitest'
import { readDeclaration } from '../arch/declaration.ts'
import { archOf } from '../arch/declare.ts'
import { decodeTrace, encodeTrace } from '../trace/file.ts'
import { TraceQuery } from '../trace/query.ts'
import { Trace } from '../trace/trace.ts'
import type { ArchDeclaration } from './api.ts'
import { createLab, LabError } from './index.ts'

const PAGE = 16384
const bigPages: ArchDeclaration = {
  id: 'big-pages',
  title: '16K pages, three levels of 2 KiB tables',
  pageShift: 14,
  levels: [
    { name: 'pgd', entries: 256, alloc: 'slab' },
    { name: 'pmd', entries: 256, alloc: 'fragment' },
    { name: 'pte', entries: 256, alloc: 'fragment' },
  ],
}

const ownBits: ArchDeclaration = {
  ...bigPages,
  id: 'own-bits',
  extends: 'riscv64',
  bits: {
    present: 0,
    protNone: 1,
    write: 2,
    accessed: 3,
    dirty: 4,
    special: 5,
    noExec: 63,
    frame: [51, 14],
    swapType: [6, 2],
    swapOffset: [57, 8],
    swapExclusive: 58,
  },
}

function lab(arch: ArchDeclaration) {
  const chunks: Parameters<Trace['append']>[0][] = []
  const made = createLab({
    spec: { arch, memory: 2 ** 28 },
    scenario: 'declared',
    seed: 1,
    traceLevel: 'full',
    sink: (chunk) => void chunks.push({ ...chunk, words: chunk.words.slice() }),
    locate: () => ({ file: 't', line: 1, column: 1 }),
  })
  return { made, chunks }
}

function life(arch: ArchDeclaration) {
  const { made, chunks } = lab(arch)
  const { machine } = made.context
  const before = machine.vmstat.nr_page_table_pages
  const parent = machine.spawn('parent')
  const at = parent.mmap({ length: 300 * PAGE, addr: 2 ** 32, fixed: true })
  parent.write(at, { count: 300, value: 7 })
  const tables = parent.mm.pgtables_bytes
  const child = parent.fork('child')
  child.write(at, { value: 9 })
  const read = [parent.read(at), child.read(at)]
  const elsewhere = child.frame(at) !== parent.frame(at)
  child.mprotect(at, PAGE, 'none')
  const parentFrame = parent.frame(at)
  const refused = errorOf(() => child.read(at))
  child.munmap(at, 150 * PAGE)
  made.flush()
  const event = chunks.at(-1)!.firstRecord + chunks.at(-1)!.records - 1
  child.exit()
  parent.exit()
  made.finish()
  const leak = machine.vmstat.nr_page_table_pages - before
  return {
    made,
    chunks,
    parentFrame,
    tables,
    read,
    elsewhere,
    refused,
    leak,
    event,
    at,
    dmesg: machine.dmesg,
  }
}

function errorOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
  return ''
}

describe.each([bigPages, ownBits])('$id', (declaration) => {
  it('lives and leaves nothing behind', () => {
    const { tables, read, elsewhere, refused, leak, dmesg, made } = life(declaration)
    // 300 pages in two pte tables below one pmd table; the pgd is not counted
    expect(tables).toBe(3 * 2048)
    expect(read).toEqual([7n, 9n])
    expect(elsewhere).toBe(true)
    expect(refused).toContain('SIGSEGV')
    expect([leak, dmesg]).toEqual([0, []])
    const { arch } = made.context.machine
    expect([arch.PAGE_SIZE, arch.levels, arch.folded, arch.PMD_SIZE, arch.PGDIR_SIZE]).toEqual([
      PAGE,
      ['pgd', 'pmd', 'pte'],
      ['p4d', 'pud'],
      2 ** 22,
      2 ** 30,
    ])
  })

  it('comes back from a saved trace with its levels', () => {
    const { made, chunks, event, at, parentFrame } = life(declaration)
    const trace = new Trace(made.header)
    for (const chunk of chunks) trace.append(chunk)
    const file = [...encodeTrace(trace)]
    const opened = decodeTrace(file)
    const { definition, arch, features } = opened.header
    const again = archOf(
      { arch, definition: readDeclaration(definition) },
      features as Record<string, boolean>,
    )
    expect(again.levels.map(({ name, tableBytes, pageShift }) => [name, tableBytes, pageShift])).toEqual([
      ['pgd', 2048, 16],
      ['pmd', 2048, 8],
      ['pte', 2048, 0],
    ])
    const query = new TraceQuery(opened, again)
    const walk = query.walk(event, 1, `0x${at.toString(16)}`)
    expect(walk.steps.map(({ level }) => level)).toEqual(['pgd', 'pmd', 'pte'])
    expect([walk.folded, walk.result]).toEqual([['p4d', 'pud'], expect.stringMatching(/^frame /)])
    const frame = parseInt(/^frame 0x([0-9a-f]+)/.exec(walk.result)?.[1] ?? '', 16)
    expect(frame).toBe(parentFrame)
  })
})

function messageOf(arch: unknown): string {
  try {
    lab(arch as ArchDeclaration)
  } catch (error) {
    expect(error).toBeInstanceOf(LabError)
    return (error as Error).message
  }
  return ''
}

describe('a declaration that cannot be names what is wrong', () => {
  const [pgd, pmd, pte] = bigPages.levels!
  it.each([
    ['entries', { levels: [pgd, { ...pmd, entries: 200 }, pte] }, 'pmd: 200 entries is no power of two'],
    [
      'shift',
      { levels: [pgd, { ...pmd, shift: 21 }, pte] },
      'pmd shift 21: pte shift 14 + 8 index bits gives 22',
    ],
    ['page size', { pageShift: 30 }, 'pageShift 30: pages are 1 KiB (10) to 1 MiB (20)'],
    [
      'limit',
      { space: { taskSize: '0x1_0000_0000_0000' } },
      'space.taskSize 0x1000000000000 is more than the levels reach',
    ],
    ['field', { levels: [pgd, pmd, { ...pte, entires: 5 }] }, 'levels[2].entires is not known'],
    ['kind', { pageShift: '14' }, "pageShift: '14' is no whole number"],
    ['name', { id: 'My Arch' }, 'use small letters, digits and dashes'],
    ['taken', { id: 'arm64' }, "id 'arm64': there is such an architecture already"],
    ['base', { extends: 'riscv46' }, 'Did you mean'],
    ['bits', { bits: { ...ownBits.bits, dirty: 3 } }, 'bits.dirty 3 overlaps bits.accessed 3'],
    ['frame', { bits: { ...ownBits.bits, frame: [51, 4] } }, 'bits.frame [51, 4] overlaps bits.dirty 4'],
  ])('%s', (_what, change, words) => {
    expect(messageOf({ ...bigPages, ...change })).toContain(words)
  })
})
