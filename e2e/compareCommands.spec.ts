/** ptlab compare and ptlab matrix, as scripts use them. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'

const run = promisify(execFile)

async function json(...args: string[]) {
  const { stdout } = await run(process.execPath, ['bin/ptlab.mjs', ...args, '--json'], { maxBuffer: 1 << 28 })
  return JSON.parse(stdout)
}

interface Compared {
  kernel: string
  atWorst: { tableBytes: number; knownBytes: number; hiddenBytes: number }
}

test('compare: bytes hidden from each of four kernels by the PMD hog', async () => {
  const report = await json('compare', 'scenarios/pmd-hog.ts', '--kernel', '3.19,4.0,4.15,6.12')
  const machines = report.machines as Compared[]
  expect(machines.map(({ kernel }) => kernel)).toEqual(['3.19', '4.0', '4.15', '6.12'])
  const [old, ...counted] = machines.map(({ atWorst }) => atWorst)
  expect(new Set(machines.map(({ atWorst }) => atWorst.tableBytes)).size, 'the same tables everywhere').toBe(
    1,
  )
  expect(old.hiddenBytes / old.tableBytes).toBeGreaterThan(0.99)
  expect(counted.map(({ hiddenBytes }) => hiddenBytes)).toEqual([16384, 4096, 4096])
  const [first] = report.divergences
  expect(first.explanation.join('\n')).toContain('“nr_pmds +1” on 4.0')
  expect(report.chart.values).toHaveLength(4)
})

test('compare: an alternative that the scenario wrote itself, beside known ones', async () => {
  const report = await json(
    'compare',
    'scenarios/own-accounting.ts',
    '--policy',
    'accounting=every_table_a_page,A5',
  )
  expect(report.machines.map(({ title }: { title: string }) => title)).toEqual([
    'every_table_a_page',
    'pgtables_bytes_folded',
  ])
  expect(report.machines.every(({ status }: { status: string }) => status === 'passed')).toBe(true)
})

interface Cell {
  alternative: string
  verdict: string
  message: string | null
}

test('matrix: the failures of January 2015 and after, each with its kernel’s message', async () => {
  const report = await json('matrix', '--arch', 'x86_64,x86-pae,microblaze,sh4,parisc,s390,arm64')
  const cells = (arch: string): Record<string, string> => {
    const row = report.architectures.find(({ id }: { id: string }) => id === arch) as { cells: Cell[] }
    const bad = row.cells.filter(({ verdict }) => verdict !== 'works')
    return Object.fromEntries(
      bad.map(({ alternative, verdict, message }) => [alternative, `${verdict}: ${message}`]),
    )
  }
  const [a1, a2, rc] = ['nr_pmds_conditional_asm_macro', 'nr_pmds_unconditional', 'nr_pmds_unconditional_rc']
  const warning = 'warns: WARNING: CPU: 0 PID: 1 at mm/mmap.c:2858 exit_mmap()'
  const minusSix = 'residue: BUG: non-zero nr_pmds on freeing mm: -6'

  // A-E7: folded by hand, and no macro says so.
  for (const arch of ['microblaze', 'parisc']) {
    expect(cells(arch), arch).toEqual({ [a1]: warning, [a2]: minusSix, [rc]: minusSix })
  }
  // A-E9: preallocated tables are still there when exit_mmap looks, and gone when check_mm does.
  expect(cells('x86-pae')[a1]).toBe(warning)
  expect(cells('x86-pae')[a2]).toBeUndefined()
  // A-E12: two layouts of mm_struct in one kernel.
  expect(cells('sh4')[a1]).toMatch(/^hangs: INFO: task ps:\d+ blocked for more than 120 seconds\.$/)
  expect(cells('sh4')[a2]).toBeUndefined()
  // A-E5, A-E6; and mm_struct in a header of its own.
  expect(cells('s390')).toMatchObject({
    pgtables_bytes: 'residue: BUG: non-zero pgtables_bytes on freeing mm: -16384',
    pgtables_bytes_s390_hack: 'residue: BUG: non-zero pgtables_bytes on freeing mm: 16384',
    split_header: expect.stringMatching(/^does not build: split_header does not build on s390/),
  })
  expect(cells('s390')['pgtables_bytes_folded']).toBeUndefined()
  // A-E8: the increment outside the check.
  expect(cells('x86_64')).toEqual({ [rc]: 'residue: BUG: non-zero nr_pmds on freeing mm: 1' })
})

test('matrix and compare say what is wrong with a command line, and exit with 2', async () => {
  const fails = async (...args: string[]) => {
    const error = (await run(process.execPath, ['bin/ptlab.mjs', ...args]).catch((one: unknown) => one)) as {
      code: number
      stderr: string
    }
    return [error.code, error.stderr] as const
  }
  expect(await fails('matrix', '--seam', 'colour')).toEqual([2, expect.stringContaining('accounting')])
  expect(await fails('matrix', '--arch', 'x86_65')).toEqual([2, expect.stringContaining('x86_64')])
  expect(await fails('compare', 'no-such.ts')).toEqual([2, expect.stringContaining('no-such.ts')])
  expect(await fails('compare', 'scenarios/pmd-hog.ts', '--policy', 'accounting')).toEqual([
    2,
    expect.stringContaining('SEAM=LIST'),
  ])
})
