/**
 * From what a scenario asks for to a machine: defaults, checks, and the header of its trace.
 */
import type { Arch, CompiledLevel } from '../arch/arch.ts'
import { plainDeclaration, readDeclaration, type ArchDeclaration } from '../arch/declaration.ts'
import { archOf, declareVariant, type NamedArch } from '../arch/declare.ts'
import { findVariant } from '../arch/index.ts'
import { Kernel } from '../mm/kernel.ts'
import { addressLayout } from '../mm/addressLayout.ts'
import type { Behaviour } from '../mm/behaviour.ts'
import { SHMEM_MODES, type ShmemMode } from '../mm/shmemHuge.ts'
import type { Accounting } from '../pgtable/accounting.ts'
import type { ThpMode } from '../mm/hugePolicy.ts'
import { compileLayout } from '../policy/accounting/layout/compile.ts'
import { findAccounting } from '../profile/accounting.ts'
import { accountingOf, DEFAULT_KERNEL, findKernel, KERNELS, type KernelProfile } from '../profile/kernels.ts'
import type { StructLayout } from '../trace/layout/struct.ts'
import type { MachineHeader } from '../trace/schema.ts'
import type { Recorder } from '../trace/recorder.ts'
import { costProblem, type CostChanges } from '../trace/cost/units.ts'
import type { MachineSpec } from './api.ts'
import { LabError } from './errors.ts'
import { tlbPlan, type TlbPlan } from './tlbPlan.ts'
import { OwnAccounting } from './ownAccounting.ts'
import { readOwnAccounting } from './readAccounting.ts'
import { readLayout } from './readLayout.ts'

export const DEFAULT_ARCH = 'x86_64'
const GIB = 2 ** 30
const DEFAULT_MEMORY = 4 * GIB
const MAX_MEMORY = 16 * 1024 * GIB
const MAX_CPUS = 256
const DEFAULT_MAX_MAP_COUNT = 65530
const POLICIES = ['accounting']
const CONFIG = ['softDirty', 'maxMapCount', 'thp', 'shmemThp', 'hugepages', 'hugetlb', 'root']

/** What a spec means once every default is filled in. */
export interface MachinePlan {
  arch: Arch
  /** Of an architecture that the scenario declares. */
  definition: ArchDeclaration | undefined
  kernel: KernelProfile
  cpus: number
  tlb: TlbPlan
  memoryPages: number
  policies: Record<string, string>
  accounting: Accounting
  behaviour: Behaviour
  layout: StructLayout
  config: Record<string, boolean | number | string>
  /** Unit costs that the scenario changed. */
  costs: CostChanges
}

/** @throws LabError that says which part of the spec cannot be. */
export function plan(spec: MachineSpec): MachinePlan {
  const kernel = friendly(() => findKernel(spec.kernel ?? DEFAULT_KERNEL))
  const config = {
    softDirty: true,
    maxMapCount: DEFAULT_MAX_MAP_COUNT,
    thp: 'never',
    shmemThp: 'never',
    hugepages: 0,
    ...spec.config,
  }
  const problem = costProblem(spec.costs ?? {})
  if (problem !== '') throw new LabError(problem)
  rejectUnknown('config', spec.config, CONFIG)
  rejectUnknown('policies', spec.policies, POLICIES)
  if (!['always', 'madvise', 'never'].includes(String(config.thp))) {
    throw new LabError(`config.thp: '${String(config.thp)}'; give 'always', 'madvise' or 'never'`)
  }
  if (!(SHMEM_MODES as readonly string[]).includes(String(config.shmemThp))) {
    throw new LabError(`config.shmemThp: '${String(config.shmemThp)}'; give one of ${SHMEM_MODES.join(', ')}`)
  }
  const named = friendly(() => namedArch(spec.arch))
  const arch = friendly(() => archOf(named, archFeatures(named, spec, kernel, config)))
  const cpus = spec.cpus ?? 1
  if (!Number.isInteger(cpus) || cpus < 1 || cpus > MAX_CPUS)
    throw new LabError(`cpus: ${cpus}; give a whole number from 1 to ${MAX_CPUS}`)
  const memory = spec.memory ?? DEFAULT_MEMORY
  if (!(memory >= 64 * arch.pageSize) || memory > MAX_MEMORY) {
    throw new LabError(
      `memory: ${memory} bytes; give at least ${64 * arch.pageSize} (64 pages) and at most 16 TiB`,
    )
  }
  const accounting = friendly(() => accountingFor(spec, kernel, arch))
  return {
    arch,
    definition: named.definition,
    kernel,
    cpus,
    tlb: tlbPlan(arch, spec.tlb, kernel.version),
    memoryPages: Math.floor(memory / arch.pageSize),
    policies: { accounting: accounting.id },
    accounting,
    config,
    costs: spec.costs ?? {},
    behaviour: behaviour(arch, kernel, config),
    layout: layoutOf(arch, kernel, accounting, cpus, spec),
  }
}

/** mm_struct, compiled once per unit. @throws LabError where such a kernel does not build. */
function layoutOf(
  arch: Arch,
  kernel: KernelProfile,
  accounting: Accounting,
  cpus: number,
  { layout }: MachineSpec,
): StructLayout {
  const kernels = KERNELS.map(({ version }) => version)
  return friendly(() =>
    compileLayout({
      arch,
      accounting: accounting.id,
      ...(accounting instanceof OwnAccounting ? { counters: accounting.fields } : {}),
      kernel: kernel.version,
      kernels,
      smp: cpus > 1,
      ...(layout === undefined ? {} : { change: readLayout(layout) }),
    }),
  )
}

function accountingFor({ policies }: MachineSpec, kernel: KernelProfile, arch: Arch): Accounting {
  const given = policies?.accounting ?? accountingOf(kernel, arch.variant.family)
  return typeof given === 'string' ? findAccounting(given) : new OwnAccounting(readOwnAccounting(given), arch)
}

function namedArch(given: MachineSpec['arch'] = DEFAULT_ARCH): NamedArch {
  if (typeof given === 'string') return { arch: given }
  const definition = plainDeclaration(readDeclaration(given))
  return { arch: definition.id, definition }
}

/** What the kernel version decides, then what the machine's maker asked for. */
function archFeatures(
  { arch, definition }: NamedArch,
  spec: MachineSpec,
  kernel: KernelProfile,
  config: Record<string, unknown>,
): Record<string, boolean> {
  const features: Record<string, boolean> = {}
  const variant = definition === undefined ? findVariant(arch) : declareVariant(definition)
  const known = new Set(variant.features.map(({ name }) => name))
  for (const [name, value] of Object.entries(kernel.archFeatures)) if (known.has(name)) features[name] = value
  for (const [name, value] of Object.entries(spec.features ?? {})) features[name] = Boolean(value)
  if (spec.config?.softDirty !== undefined) features.softDirty = Boolean(config.softDirty)
  return features
}

function behaviour(arch: Arch, kernel: KernelProfile, config: Record<string, unknown>): Behaviour {
  return {
    kernel: kernel.version,
    softDirty: arch.hasSoftDirty,
    root: config.root === true,
    oom: kernel.oom,
    faultsReference: kernel.faultsReference,
    tailsShowFolioFlags: kernel.tailsShowFolioFlags,
    reusesLargeFolios: kernel.reusesLargeFolios,
    hugeExclusiveByHead: kernel.hugeExclusiveByHead,
    splitKeepsDirty: kernel.splitKeepsDirty,
    batchesUnmaps: kernel.batchesUnmaps,
    restoresReserve: kernel.restoresReserve,
    lruGen: kernel.lruGen,
    dirtyFolioDirtiesPte: kernel.dirtyFolioDirtiesPte,
    ptReclaim: kernel.ptReclaim,
    mremapRealign: kernel.mremapRealign,
    mremapManyVmas: kernel.mremapManyVmas,
    lruBatch: kernel.lruBatch,
    thp: config.thp as ThpMode,
    shmemThp: config.shmemThp as ShmemMode,
    hugepages: Number(config.hugepages),
    hugetlbOrder: config.hugetlb === false ? 0 : hugetlbOrder(arch),
    hugeZeroReplaced: kernel.hugeZeroReplaced,
    hugeZeroSpecial: kernel.hugeZeroSpecial,
    vmaRules: {
      maxMapCount: Number(config.maxMapCount),
      softDirty: arch.hasSoftDirty,
      mergeIntoUnfaulted: kernel.mergeIntoUnfaulted,
      stickySoftDirty: kernel.stickySoftDirty,
      unaccountUnfaulted: kernel.unaccountUnfaulted,
    },
    layout: addressLayout(arch, arch.bits === 64 ? kernel.thpAlign : 'never'),
  }
}

/** hugetlb pages of this lab are what one entry above the pte maps. */
function hugetlbOrder(arch: Arch): number {
  const above = arch.levels[arch.levels.length - 2]
  return arch.variant.hugetlb.length === 0 || above.leaf === null ? 0 : above.pageShift
}

export function buildKernel(planned: MachinePlan, trace: Recorder, small = false): Kernel {
  const ctorPages = planned.arch.levels.map((level) => (isConstructed(planned, level) ? 2 ** level.order : 0))
  return new Kernel({
    arch: planned.arch,
    trace,
    memoryPages: planned.memoryPages,
    cpus: planned.cpus,
    tlb: planned.tlb.geometry,
    contexts: planned.tlb.contexts,
    accounting: planned.accounting,
    tableKernel: {
      ctorPages: (level) => ctorPages[level.depth],
    },
    behaviour: planned.behaviour,
    layout: planned.layout,
    small,
  })
}

/** Whether this kernel counts tables of a level in NR_PAGETABLE; slab objects never are. */
function isConstructed({ arch, kernel }: MachinePlan, level: CompiledLevel): boolean {
  if (level.name === 'pud') return level.ctor && kernel.pudCtor
  if (level.name !== 'pgd' && level.name !== 'p4d') return level.ctor
  const { kind } = arch.variant.levels[level.depth].alloc
  return kernel.topCtor && (kind === 'page' || kind === 'pages')
}

export function header(planned: MachinePlan, scenario: string, seed: number): MachineHeader {
  const { arch, kernel, cpus, memoryPages, policies, accounting, config } = planned
  return {
    arch: arch.id,
    ...(planned.definition === undefined ? {} : { definition: planned.definition }),
    features: { ...arch.features },
    kernel: kernel.version,
    config,
    ...(Object.keys(planned.costs).length === 0 ? {} : { costs: planned.costs }),
    cpus,
    memoryPages,
    policies,
    ...(accounting instanceof OwnAccounting ? { own: { accounting: { fields: accounting.fields } } } : {}),
    scenario,
    seed,
    layout: planned.layout,
    tlbEntries: planned.tlb.geometry.sizes.reduce((sum, { entries }) => sum + entries, 0),
  }
}

function friendly<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new LabError(error instanceof Error ? error.message : String(error))
  }
}

function rejectUnknown(where: string, given: object | undefined, known: readonly string[]): void {
  for (const name of Object.keys(given ?? {})) {
    if (!known.includes(name))
      throw new LabError(`${where}.${name} is not known; ${where} has ${known.join(', ')}`)
  }
}
