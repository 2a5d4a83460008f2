/**
 * A recorded snapshot of a process against the simulated one, field by field.
 */
import type { ReplayMachine } from '../../lab/replay/machine.ts'
import type { VmaSnapshot } from '../../lab/replay/snapshot.ts'
import { mechanismOf } from './mechanisms.ts'
import type { Comparison } from './report.ts'
import type { Operation, Snapshot, VmaRecord } from './schema.ts'
import { pageOf, type Target } from './target.ts'

export interface Place {
  machine: ReplayMachine
  target: Target
  comparison: Comparison
  op: Operation | null
}

export function compareSnapshot(place: Place, number: number, expected: Snapshot): void {
  place.comparison.process = number
  compareStatus(place, number, expected)
  const vmas = place.machine.vmas(number)
  compareBaseline(place, vmas, expected)
  if (place.op === null) return
  const found = vmas.filter((vma) => !place.target.own.has(`${vma.start}-${vma.end}`))
  compareVmas(place, expected.vmas, found)
  for (const page of expected.pagemap) comparePage(place, number, page)
}

function compareStatus(place: Place, number: number, expected: Snapshot): void {
  const status = place.machine.status(number)
  const { textKb } = place.target
  const actual = {
    vmpteKb: status.vmpteKb,
    vmSizeKb: status.vmSizeKb,
    vmDataKb: status.vmDataKb,
    vmStkKb: status.vmStkKb,
    vmExeKb: Math.min(textKb, status.vmExecKb),
    vmLibKb: status.vmExecKb - Math.min(textKb, status.vmExecKb),
    vmLckKb: status.vmLckKb,
    vmSwapKb: status.vmSwapKb,
    hugetlbKb: status.hugetlbKb,
  }
  for (const [field, value] of Object.entries(actual)) {
    same(place, field, expected[field as keyof typeof actual], value)
  }
}

function compareBaseline(place: Place, vmas: readonly VmaSnapshot[], expected: Snapshot): void {
  if (expected.baseRssKb === undefined) return
  const own = vmas.filter((vma) => place.target.own.has(`${vma.start}-${vma.end}`))
  same(place, 'baseRssKb', expected.baseRssKb, sum(own, 'rssKb'))
  same(place, 'baseAnonKb', expected.baseAnonKb, sum(own, 'anonKb'))
}

function sum(vmas: readonly VmaSnapshot[], field: 'rssKb' | 'anonKb'): number {
  return vmas.reduce((total, vma) => total + vma[field], 0)
}

const SMAPS = [
  'rssKb',
  'anonKb',
  'anonHugeKb',
  'lazyFreeKb',
  'lockedKb',
  'referencedKb',
  'privDirtyKb',
  'privCleanKb',
  'sharedDirtyKb',
  'sharedCleanKb',
  'privHugetlbKb',
  'sharedHugetlbKb',
] as const

function compareVmas(place: Place, expected: readonly VmaRecord[], actual: readonly VmaSnapshot[]): void {
  const { pageSize } = place.machine.arch
  const ranges = (list: readonly { start: number; end: number }[]): string =>
    list.map(({ start, end }) => `${address(start, pageSize)}-${address(end, pageSize)}`).join(' ')
  const recorded = expected.map((vma) => ({
    start: pageOf(vma.start, pageSize),
    end: pageOf(vma.end, pageSize),
    vma,
  }))
  same(place, 'vmas', ranges(recorded), ranges(actual))
  for (const { start, end, vma } of recorded) {
    const found = actual.find((each) => each.start === start && each.end === end)
    if (found !== undefined) compareVma(place, vma, found, pageSize)
  }
}

function compareVma(place: Place, expected: VmaRecord, actual: VmaSnapshot, pageSize: number): void {
  const within = `vmas[${expected.start}].`
  same(place, `${within}perms`, expected.perms, actual.perms)
  same(place, `${within}off`, pageOf(expected.off, pageSize), actual.pgoff)
  same(place, `${within}name`, expected.name, actual.name)
  same(place, `${within}flags`, expected.flags, actual.flags)
  const sums: Record<string, string | number | undefined> = { ...actual }
  for (const field of SMAPS) same(place, `${within}${field}`, expected[field] ?? 0, sums[field] ?? 0)
}

function comparePage(place: Place, number: number, expected: Snapshot['pagemap'][number]): void {
  const actual = place.machine.page(number, pageOf(expected.a, place.machine.arch.pageSize))
  const within = `pagemap[${expected.a}].`
  same(place, `${within}f`, expected.f, actual.flags)
  if (expected.k !== undefined) same(place, `${within}k`, expected.k, actual.kind)
  if (expected.mc !== undefined) same(place, `${within}mc`, expected.mc, actual.mapcount)
  if (expected.po !== undefined) same(place, `${within}po`, expected.po, actual.inFolio)
}

function same(place: Place, field: string, expected: unknown, actual: unknown): void {
  const last = field.slice(field.lastIndexOf('.') + 1)
  place.comparison.same(field, expected, actual, mechanismOf(last, place.op))
}

export function address(page: number, pageSize: number): string {
  return `0x${(BigInt(page) * BigInt(pageSize)).toString(16)}`
}
