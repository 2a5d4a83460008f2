/**
 * "Compiles" mm_struct once per compilation unit: which of its fields a unit has, and where (policies A1 and A6; DIGEST
 * A.2.5). Under every other policy all units agree by construction.
 */
import type { Arch } from '../../../arch/arch.ts'
import type { StructField, StructLayout, UnitLayout } from '../../../trace/layout/struct.ts'
import { DECLARATIONS, type CounterSpec, type FieldSpec } from './fields.ts'
import {
  defaultHeaders,
  defaultUnits,
  MM_STRUCT,
  MM_TYPES,
  PGTABLE_USES_MM,
  readUnit,
  type IncludeGraph,
} from './includes.ts'
import { typeLayout, up, type Abi } from './types.ts'

/** What a scenario changes: headers and units by name, each with its includes in order. */
export interface LayoutChange {
  headers?: Readonly<Record<string, readonly string[]>>
  units?: Readonly<Record<string, readonly string[]>>
}

export interface LayoutRequest {
  arch: Arch
  accounting: string
  /** Of an accounting that a scenario wrote: the counters it uses. */
  counters?: readonly string[]
  /** Version of the profile, and all versions from old to new. */
  kernel: string
  kernels: readonly string[]
  smp: boolean
  change?: LayoutChange
}

const ASM_MACRO = '#ifndef __PAGETABLE_PMD_FOLDED'
const KCONFIG = '#if CONFIG_PGTABLE_LEVELS > 2'
const XADD = new Set(['alpha', 'arm', 'arm64', 'hexagon', 'ia64', 'powerpc', 's390', 'x86', 'xtensa'])

/** @throws Error that says why such a kernel does not build. */
export function compileLayout(request: LayoutRequest): StructLayout {
  const { arch, accounting, change = {} } = request
  const split = accounting === 'split_header'
  if (split && PGTABLE_USES_MM.has(arch.variant.family)) throw new Error(doesNotBuild(arch))
  const headers: IncludeGraph = {
    ...defaultHeaders(arch),
    ...(split ? { [MM_TYPES]: [MM_STRUCT], [MM_STRUCT]: ['asm/pgtable.h'] } : {}),
    ...change.headers,
  }
  const specs = declaration(request).fields(request.counters?.map(counterField) ?? counters(accounting))
  const abi = abiOf(request)
  const fields = structFields(specs, abi)
  const units = Object.entries({ ...defaultUnits(), ...change.units }).map(([unit, includes]): UnitLayout => {
    const { sawFolded, chain, sawStruct } = readUnit(includes, headers, split ? MM_STRUCT : MM_TYPES)
    if (!sawStruct) throw new Error(`${unit} does not build: none of its includes leads to ${MM_TYPES}`)
    return { unit, includes, sawFolded, chain, ...place(specs, abi, (spec) => has(spec, arch, sawFolded)) }
  })
  return {
    struct: 'mm_struct',
    fields,
    units,
    bits: arch.bits,
    littleEndian: arch.variant.endian === 'little',
    rwsem: abi.rwsem,
    lock: specs.some(({ name }) => name === 'mmap_lock') ? 'mmap_lock' : 'mmap_sem',
    source: declaration(request).source,
  }
}

function doesNotBuild(arch: Arch): string {
  return `split_header does not build on ${arch.id}: ${MM_STRUCT} includes asm/pgtable.h, and asm/pgtable.h of ${arch.variant.family} uses struct mm_struct, which is not complete yet`
}

function declaration({ kernel, kernels }: LayoutRequest): (typeof DECLARATIONS)[number] {
  const at = kernels.indexOf(kernel)
  const rows = DECLARATIONS.filter(({ since }) => kernels.indexOf(since) <= at)
  return rows.at(-1) ?? DECLARATIONS[0]
}

/** nr_ptes and what followed it, by accounting. */
function counters(accounting: string): CounterSpec {
  if (!accounting.startsWith('nr_') && accounting !== 'split_header')
    return [{ name: 'pgtables_bytes', type: 'atomic_long_t' }]
  const [ptes, pmds] = ['nr_ptes', 'nr_pmds'].map(counterField)
  if (accounting === 'nr_ptes_only') return [ptes]
  if (accounting.startsWith('nr_pmds_unconditional')) return [ptes, pmds]
  return [ptes, { ...pmds, condition: accounting === 'nr_pmds_kconfig' ? KCONFIG : ASM_MACRO }]
}

function counterField(name: string): FieldSpec {
  return { name, type: 'atomic_long_t' }
}

function has({ condition }: FieldSpec, arch: Arch, sawFolded: boolean): boolean {
  if (condition === ASM_MACRO) return !sawFolded
  return condition !== KCONFIG || arch.levels.length > 2
}

function abiOf({ arch, kernel, kernels, smp }: LayoutRequest): Abi {
  const { family } = arch.variant
  const modern = kernels.indexOf(kernel) >= kernels.indexOf('5.8')
  const m68k = family === 'm68k'
  return {
    bits: arch.bits,
    smp,
    rwsem: modern ? 'owner' : XADD.has(family) || arch.id.startsWith('sparc64') ? 'xadd' : 'spinlock',
    align8: arch.bits === 64 || family !== 'x86' ? 8 : 4,
    alignMax: m68k ? 2 : 8,
  }
}

/** The scalars of the struct, fields that are structs taken apart. */
function structFields(specs: readonly FieldSpec[], abi: Abi): StructField[] {
  return specs.flatMap(({ name, type, condition = '' }) =>
    typeLayout(type, abi).pieces.map((piece) => ({
      name: piece.name === '' ? name : `${name}.${piece.name}`,
      type: piece.name === '' ? type : '',
      bytes: piece.bytes,
      condition,
    })),
  )
}

function place(
  specs: readonly FieldSpec[],
  abi: Abi,
  exists: (spec: FieldSpec) => boolean,
): { offsets: number[]; bytes: number } {
  const offsets: number[] = []
  let at = 0
  let align = 1
  for (const spec of specs) {
    const layout = typeLayout(spec.type, abi)
    if (!exists(spec)) {
      for (const _ of layout.pieces) offsets.push(-1)
      continue
    }
    at = up(at, layout.align)
    for (const piece of layout.pieces) offsets.push(at + piece.at)
    at += layout.bytes
    align = Math.max(align, layout.align)
  }
  return { offsets, bytes: up(at, align) }
}
