/** Every raw entry that a real kernel left in memory, against the declared formats: read, understood, and made again. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Arch, CompiledLevel, EntryOps, TableOps } from '../../arch/arch.ts'
import { formatOf } from '../../arch/decode.ts'
import { plan } from '../../lab/build.ts'
import type { DumpRecord, DumpTable } from './dumpSchema.ts'
import { machineOf } from './machineOf.ts'
import { readRecord } from './read.ts'

const folder = fileURLToPath(new URL('../../../e2e/golden/', import.meta.url))
const files = existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith('.ptdump.json.gz')) : []

type Raw = readonly [lo: number, hi: number]

function raw(text: string): Raw {
  const value = BigInt(text)
  return [Number(value & 0xffffffffn), Number(value >> 32n)]
}

function text([lo, hi]: Raw): string {
  return `0x${((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)).toString(16)}`
}

async function load(file: string): Promise<{ record: DumpRecord; machine: Arch }> {
  const read = await readRecord(file, readFileSync(`${folder}${file}`))
  if (read.kind !== 'dump') throw new Error(`${file} is no table dump`)
  const spec = machineOf(file, read.record)
  const machine = plan(spec).arch
  const depth = Math.max(...read.record.tables.map((t) => t.level))
  const { growsInto } = machine.variant
  const grown = depth > machine.levels.length && growsInto !== undefined
  return { record: read.record, machine: grown ? plan({ ...spec, arch: growsInto }).arch : machine }
}

function levelOf(machine: Arch, table: DumpTable): CompiledLevel {
  return machine.levels[machine.levels.length - table.level]!
}

/** Linux's own entries; the hardware's copies are checked apart. */
function entriesOf(table: DumpTable): { index: number; value: Raw; kind: string }[] {
  if (table.linuxEntries !== undefined) {
    return table.linuxEntries.map(([index, value]) => ({ index, value: raw(value), kind: 'leaf' }))
  }
  return table.entries.map(([index, value, kind]) => ({ index, value: raw(value), kind }))
}

/** Frame number by page address, from /proc/PID/pagemap. */
function framesOf({ pagemapRuns, pageSize }: DumpRecord): Map<bigint, number> {
  const frames = new Map<bigint, number>()
  for (const [start, pages, entry, counts] of pagemapRuns) {
    const first = Number(BigInt(`0x${entry}`) & ((1n << 55n) - 1n))
    if ((BigInt(`0x${entry}`) >> 63n) === 0n) continue
    for (let i = 0; i < pages; i++) {
      frames.set(BigInt(start) + BigInt(i) * BigInt(pageSize), counts === 1 ? first + i : first)
    }
  }
  return frames
}

/** Hardware first-level words stand alone in the dump: even ones point to the first half of a table page, odd ones to the second. */
function pairedWord(ops: TableOps, index: number, [lo]: Raw): Raw {
  if (index % 2 === 0) return [ops.mk(ops.frame(lo, 0), ops.offset(lo, 0), true), 0]
  ops.mk(ops.frame(lo, 0), ops.offset(lo, 0) - 1024, true)
  return [ops.hi, 0]
}

function madeAgain(machine: Arch, ops: TableOps, index: number, value: Raw): Raw {
  if (machine.hardwareCopy !== null) return pairedWord(ops, index, value)
  const lo = ops.mk(ops.frame(...value), ops.offset(...value), true)
  return [lo, ops.hi]
}

/** QEMU marks the PDPTEs it walks as accessed; processors have no such bit there. */
function withoutEmulatorBits(machine: Arch, level: CompiledLevel, [lo, hi]: Raw): Raw {
  const isPdpte = machine.variant.family === 'x86' && level.entries === 4
  return isPdpte ? [lo & ~0x20, hi] : [lo, hi]
}

const HELPERS = [
  'mkyoung',
  'mkold',
  'mkdirty',
  'mkclean',
  'mkwrite',
  'wrprotect',
  'mkspecial',
  'mkhuge',
  'swMkyoung',
  'mksoftDirty',
  'clearSoftDirty',
  'hwSetAccessed',
  'hwSetDirty',
  'mkcont',
] as const

/** Every value the helpers can make of a page with these protections. */
function reachable(ops: EntryOps, pfn: number, protections: readonly number[]): Set<string> {
  const seen = new Set<string>()
  const todo: Raw[] = protections.map((prot) => [ops.mk(pfn, prot), ops.hi])
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (seen.has(text(next))) continue
    seen.add(text(next))
    for (const helper of HELPERS) todo.push([ops[helper](...next), ops.hi])
    for (const prot of protections) todo.push([ops.modify(next[0], next[1], prot), ops.hi])
  }
  return seen
}

/** Entry without its frame number. */
function flags(machine: Arch, level: CompiledLevel, value: Raw): string {
  const frame = formatOf(machine, level).pfn.reduce((m, p) => m | (((1n << BigInt(p.width)) - 1n) << BigInt(p.entry)), 0n)
  return `0x${(BigInt(text(value)) & ~frame).toString(16)}`
}

/** Flags that the helpers can make at each level, for any page. */
function reachableFlags(machine: Arch): Map<string, Set<string>> {
  const map = new Map<string, Set<string>>()
  for (const level of machine.levels) {
    if (level.leaf === null) continue
    const all = reachable(level.leaf, 0, [0, 1, 3, 5, 7, 9, 11, 13, 15])
    map.set(level.name, new Set([...all].map((value) => flags(machine, level, raw(value)))))
  }
  return map
}

describe.skipIf(files.length === 0).each(files)('%s', (file) => {
  it('entries that point to tables: found, and the same when made again', async () => {
    const { record, machine } = await load(file)
    const known = new Set(record.tables.flatMap((t) => [BigInt(t.phys), BigInt(t.linuxPhys ?? t.phys)]))
    const wrong: string[] = []
    for (const table of record.tables) {
      const level = levelOf(machine, table)
      for (const [index, valueText, kind] of table.entries) {
        if (kind !== 'table') continue
        const ops = level.table!
        const value = raw(valueText)
        const at = BigInt(ops.frame(...value)) * BigInt(machine.pageSize) + BigInt(ops.offset(...value))
        const again = text(madeAgain(machine, ops, index, value))
        const same = again === text(withoutEmulatorBits(machine, level, value))
        const isTable = ops.isTable(...value) && !ops.isBad(...value) && !ops.isNone(...value)
        const found = known.has(at) || (machine.hardwareCopy !== null && known.has(at - 1024n))
        if (!same || !isTable || !found) wrong.push(`${table.name}[${index}] ${valueText} → ${again}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('leaves: frame numbers are those of pagemap, and the helpers can make every value', async () => {
    const { record, machine } = await load(file)
    const frames = framesOf(record)
    const possible = reachableFlags(machine)
    const wrong: string[] = []
    let checked = 0
    for (const table of record.tables) {
      const level = levelOf(machine, table)
      for (const { index, value, kind } of entriesOf(table)) {
        if (kind === 'table') continue
        const ops = level.leaf
        const va = BigInt(table.va) + (BigInt(index) << BigInt(level.pageShift + machine.pageShift))
        const where = `${table.name}[${index}] ${text(value)} (${kind})`
        if (ops === null || !ops.isPresent(...value)) {
          wrong.push(`${where} is not present`)
          continue
        }
        const pfn = ops.pfn(...value)
        const expected = frames.get(va)
        if (expected !== undefined && expected !== pfn) wrong.push(`${where}: frame ${pfn}, pagemap says ${expected}`)
        if (level.table !== null && !level.table.isLeaf(...value)) wrong.push(`${where} is no leaf to p?d_leaf`)
        if (possible.get(level.name)?.has(flags(machine, level, value)) !== true) wrong.push(`${where} can't be made`)
        if (kind === 'protnone' && ops.hwAccessed(...value) && ops.hwValid(...value) && ops.hwRead(...value)) {
          wrong.push(`${where} is readable to the MMU`)
        }
        checked++
      }
    }
    expect(wrong).toEqual([])
    expect(checked).toBeGreaterThan(50)
  })

  it("hardware copies of the Linux entries (arm 2-level)", async () => {
    const { record, machine } = await load(file)
    const copy = machine.hardwareCopy
    if (copy === null) return
    for (const table of record.tables.filter((t) => t.linuxEntries !== undefined)) {
      const hardware = new Map(table.entries.map(([index, value]) => [index, raw(value)[0]]))
      for (const [index, value] of table.linuxEntries!) {
        expect(`${index} ${copy.of(raw(value)[0]).toString(16)}`).toBe(`${index} ${(hardware.get(index) ?? 0).toString(16)}`)
      }
    }
  })
})
