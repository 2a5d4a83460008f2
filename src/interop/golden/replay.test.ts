import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { machineOf } from './machineOf.ts'
import { readRecord } from './read.ts'
import { replayBytes } from './replay.ts'
import type { WorkloadReport } from './report.ts'
import type { GoldenRecord } from './schema.ts'

const folder = fileURLToPath(new URL('../../../e2e/golden/', import.meta.url))

function load(name: string): GoldenRecord {
  return JSON.parse(gunzipSync(readFileSync(`${folder}${name}.json.gz`)).toString('utf8'))
}

/** Replays one workload of a record after a change to the record. */
async function replay(name: string, workload: string, change: (record: GoldenRecord) => void = () => {}): Promise<WorkloadReport> {
  const record = load(name)
  record.workloads = record.workloads.filter((each) => each.name === workload)
  change(record)
  const report = await replayBytes('r', new TextEncoder().encode(JSON.stringify(record)))
  return report.workloads[0]!
}

const X86 = 'x86_64-4level-6.12'

describe('a recorded workload', () => {
  it('matches the machine it was made on', async () => {
    const report = await replay(X86, 'fork_cow')
    expect(report).toMatchObject({ status: 'matched', notModelled: [], differences: [] })
    expect(report.compared).toBeGreaterThan(500)
    expect(report.matched).toBe(report.compared)
  })

  it('mismatches when the kernel had done otherwise, with the place and the mechanism', async () => {
    const report = await replay(X86, 'cross_pud', ({ workloads }) => {
      workloads[0]!.ops[2]!.after!.vmpteKb += 4
    })
    expect(report.status).toBe('mismatched')
    expect(report.differences).toEqual([
      {
        op: 2,
        process: 0,
        field: 'vmpteKb',
        expected: '52',
        actual: '48',
        mechanism: 'handle_mm_fault; p?d_alloc accounting',
      },
    ])
  })

  it('is neither matched nor mismatched where the lab has no such operation', async () => {
    const report = await replay(X86, 'anon_one_page', ({ workloads }) => {
      workloads[0]!.ops[2]!.op = 'userfaultfd'
    })
    expect(report).toMatchObject({ status: 'not-modelled', notModelled: ['userfaultfd'], differences: [] })
    const whole = await replay(X86, 'anon_one_page')
    expect(report.compared).toBeLessThan(whole.compared)
  })

  it('compares no field that differed between the recorded boots', async () => {
    const report = await replay(X86, 'anon_one_page', ({ workloads }) => {
      workloads[0]!.ops[1]!.minflt = 99
      workloads[0]!.unstable = ['.ops[1].minflt']
    })
    expect(report.status).toBe('matched')
  })

  it('begins with the tables that execve built, not with a number', async () => {
    const report = await replay(X86, 'anon_one_page', ({ baseline }) => {
      baseline.maps = baseline.maps.filter(({ name }) => name !== '[stack]')
      baseline.present = baseline.present.filter(([start]) => start !== '0x7ffffffde000')
    })
    expect(report.differences[0]).toMatchObject({ op: -1, field: 'vmpteKb', expected: '28', actual: '24' })
  })
})

describe('the machine of a record', () => {
  const expected: Record<string, string> = {
    'arm64-16k-lpa2-6.12': 'arm64-16k-va52',
    'arm64-16k-va47-6.12': 'arm64-16k-va47',
    'arm64-4k-va48-6.1': 'arm64-4k-va48',
    'armhf-2level-6.12': 'arm-2level',
    'armhf-lpae-6.12': 'arm-lpae',
    'i386-2level-6.1': 'x86-2level',
    'i386-pae-6.1': 'x86-pae',
    'loongarch64-16k-7.2': 'loongarch-16k-3level',
    'mips64el-6.1': 'mips64-4k',
    'mipsel-6.1': 'mips32-4k',
    'ppc64le-hash-64k-6.12': 'ppc64-hash-64k',
    'ppc64le-radix-4k-6.12': 'ppc64-radix-4k',
    'ppc64le-radix-64k-6.1': 'ppc64-radix-64k',
    'riscv64-sv39-6.12': 'riscv64-sv39',
    'riscv64-sv57-6.12': 'riscv64-sv57',
    's390x-6.12': 's390-3level',
    'x86_64-4level-6.1': 'x86-64-5level-la57off',
    'x86_64-5level-6.12': 'x86-64-5level-la57on',
  }
  it.each(Object.entries(expected))('%s is %s, whatever the file is called', (name, id) => {
    expect(machineOf('any name', load(name))).toMatchObject({ arch: id, kernel: /-(\d+\.\d+)$/.exec(name)![1] })
  })

  it('takes CPU features from what the record says', () => {
    expect(machineOf('f', load('i386-pae-6.1')).features).toMatchObject({ pti: true, nx: false })
    expect(machineOf('f', load('i386-pae-nopti-6.1')).features).toMatchObject({ pti: false })
    expect(machineOf('f', load('arm64-4k-va48-6.1')).features).toMatchObject({ hafdbs: false })
    expect(machineOf('f', load('arm64-16k-va47-6.12')).features).toMatchObject({ hafdbs: true })
    expect(machineOf('f', load('s390x-6.12')).features).toMatchObject({ softDirty: true, edat: false })
    expect(machineOf('f', load('mipsel-6.1')).features).toMatchObject({ rixi: false })
  })

  it('is refused for an architecture or a geometry that nobody has', () => {
    const record = load('mipsel-6.1')
    expect(() => machineOf('f', { ...record, arch: 'vax' })).toThrow("f: architecture 'vax' is not known")
    const odd = { ...record, geometry: { ...record.geometry, PMD: '0x800000' } }
    expect(() => machineOf('f', odd)).toThrow("f: no mips variant has the record's geometry")
  })
})

describe('a table dump', () => {
  it('matches entry by entry, and mismatches when one bit differs', async () => {
    const name = 'riscv64-sv39-6.12.ptdump'
    const bytes = gunzipSync(readFileSync(`${folder}${name}.json.gz`))
    const good = await replayBytes('d', new Uint8Array(bytes))
    expect(good.workloads[0]).toMatchObject({ differences: [], status: 'matched' })
    const dump = JSON.parse(bytes.toString('utf8')) as { tables: { name: string; entries: [number, string, string][] }[] }
    const table = dump.tables.find((each) => each.name === 'PTE')!
    table.entries[0]![1] = `0x${(BigInt(table.entries[0]![1]) ^ 4n).toString(16)}`
    const bad = await replayBytes('d', new TextEncoder().encode(JSON.stringify(dump)))
    expect(bad.workloads[0]!.differences).toHaveLength(1)
    expect(bad.workloads[0]!.differences[0]!.field).toMatch(/^PTE\(0x0\)\[16\]$/)
  })
})

it('every copy of a record can be read', async () => {
  const files = readdirSync(folder).filter((each) => each.endsWith('.json.gz'))
  expect(files).toHaveLength(52)
  for (const file of files) await readRecord(file, readFileSync(`${folder}${file}`))
})
