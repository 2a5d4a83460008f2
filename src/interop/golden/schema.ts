/**
 * Format gt-golden-1: what a real kernel reported after every operation of small workloads. Addresses are hex strings.
 */
import { z } from 'zod'

const hex = z.string().regex(/^0x[0-9a-f]+$/i, 'a hexadecimal number such as "0x1000"')
const count = z.number()
/** Sums in KiB that smaps leaves out when they are zero. */
const kib = count.nonnegative().optional()

export const geometrySchema = z
  .object({ PAGE: hex, PMD: hex, PUD: hex, P4D: hex, PGD: hex, WIN: hex, END: hex })
  .catchall(hex)

const vma = z.object({
  start: hex,
  end: hex,
  perms: z.string(),
  off: hex,
  name: z.string(),
  flags: z.string(),
  rssKb: count,
  anonKb: count,
  anonHugeKb: kib,
  lazyFreeKb: kib,
  lockedKb: kib,
  referencedKb: kib,
  privDirtyKb: kib,
  privCleanKb: kib,
  sharedDirtyKb: kib,
  sharedCleanKb: kib,
  privHugetlbKb: kib,
  sharedHugetlbKb: kib,
})

const page = z.object({
  a: hex,
  f: z.string(),
  k: z.string().optional(),
  mc: count.optional(),
  page: z.union([count, z.literal('zero')]).optional(),
  po: count.optional(),
})

const snapshot = z.object({
  vmpteKb: count,
  vmSizeKb: count,
  vmDataKb: count,
  vmStkKb: count,
  vmExeKb: count,
  vmLibKb: count,
  vmLckKb: count,
  vmSwapKb: count,
  hugetlbKb: count.default(0),
  baseRssKb: count.optional(),
  baseAnonKb: count.optional(),
  vmas: z.array(vma).default([]),
  pagemap: z.array(page).default([]),
})

const global = z.object({
  nrPageTablePagesDelta: count.optional(),
  thpDelta: z.record(z.string(), count).optional(),
  hugePagesFree: count.nullish(),
  hugePagesRsvd: count.nullish(),
})

const argument = z.union([z.string(), count])

export const operationSchema = z.object({
  i: count,
  op: z.string(),
  proc: count,
  args: z.record(z.string(), argument),
  ret: z.union([count, z.string()]),
  errno: z.string().optional(),
  signal: z.object({ sig: z.string(), code: z.string(), atIndex: count }).nullish(),
  minflt: count.optional(),
  readSum: count.optional(),
  harness: z.object({ minfltUnreliable: z.boolean().optional() }).optional(),
  afterProc: count,
  after: snapshot.optional(),
  others: z.record(z.string(), snapshot).optional(),
  global: global.optional(),
})

export const baselineSchema = z.object({
  maps: z.array(
    z.object({
      start: hex,
      end: hex,
      perms: z.string(),
      off: hex,
      name: z.string(),
      rssKb: count,
      anonKb: count,
      flags: z.string(),
    }),
  ),
  /** [address, pages, bits]: 1 present, 2 file or shared, 4 exclusively mapped. */
  present: z.array(z.tuple([hex, count.positive(), count])),
})

export const workloadSchema = z.object({
  name: z.string(),
  desc: z.string(),
  thp: z.string(),
  baseline: z.union([z.literal('common'), baselineSchema]),
  before: snapshot,
  ops: z.array(operationSchema),
  unstable: z.array(z.string()).optional(),
})

/** What both formats say of the machine. */
export const machineFields = {
  arch: z.string(),
  variant: z.string(),
  name: z.string(),
  kernel: z.string(),
  cpu: z.string(),
  cmdline: z.string(),
  pageSize: count.positive(),
  cpuinfo: z.string().optional(),
  geometry: geometrySchema,
  config: z.record(z.string(), z.string()),
}

export const goldenSchema = z.object({
  format: z.literal('gt-golden-1'),
  ...machineFields,
  hasThp: z.boolean(),
  /** null: hugetlb is not available. */
  hugepageSizeKb: count.nullable(),
  mmapMinAddr: count,
  baseline: baselineSchema,
  workloads: z.array(workloadSchema),
})

export type GoldenRecord = z.infer<typeof goldenSchema>
export type Workload = z.infer<typeof workloadSchema>
export type Operation = z.infer<typeof operationSchema>
export type Snapshot = z.infer<typeof snapshot>
export type VmaRecord = z.infer<typeof vma>
export type PageRecord = z.infer<typeof page>
export type Baseline = z.infer<typeof baselineSchema>
export interface MachineRecord extends Pick<
  GoldenRecord,
  'arch' | 'variant' | 'name' | 'kernel' | 'cpu' | 'cmdline' | 'pageSize' | 'geometry' | 'config'
> {
  cpuinfo?: string | undefined
}
