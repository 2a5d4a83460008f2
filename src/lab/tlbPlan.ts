/**
 * The TLBs of a machine: what its architecture has, and what the scenario wants otherwise.
 */
import type { Arch } from '../arch/arch.ts'
import { NO_CONTEXTS, type ContextSpec } from '../arch/context.ts'
import { USUAL_TLB } from '../arch/tlbHardware.ts'
import type { TlbGeometry } from '../hw/tlb.ts'
import type { TlbSpec } from './api.ts'
import { LabError } from './errors.ts'

export interface TlbPlan {
  geometry: TlbGeometry
  contexts: ContextSpec
}

const NAMES = ['entries', 'ways', 'hugeEntries', 'walkCache', 'keepsInvalid', 'asidBits']
/** MMU_LAZY_TLB_SHOOTDOWN came with 6.4. */
const SHOOTDOWN_SINCE = 6004

/** @throws LabError that says which part cannot be. */
export function tlbPlan(arch: Arch, spec: TlbSpec = {}, kernel: string): TlbPlan {
  for (const name of Object.keys(spec))
    if (!NAMES.includes(name)) throw new LabError(`tlb.${name} is not known; tlb has ${NAMES.join(', ')}`)
  return { geometry: geometry(arch, spec), contexts: contexts(arch, spec, kernel) }
}

function geometry(arch: Arch, spec: TlbSpec): TlbGeometry {
  const known = arch.variant.tlb.hardware ?? USUAL_TLB
  const entries = spec.entries ?? known.entries
  const ways = spec.ways ?? (spec.entries === undefined ? known.ways : Math.min(entries, known.ways))
  const sizes = [sets('tlb', 0, entries, ways)]
  const huge = spec.hugeEntries ?? known.hugeEntries
  for (const level of [...arch.levels].reverse()) {
    const { pageShift } = level
    if (huge > 0 && pageShift > 0 && pageShift < 31 && level.leaf !== null)
      sizes.push(sets('tlb.hugeEntries', pageShift, huge, Math.min(huge, known.hugeWays)))
  }
  const rule = spec.walkCache === false ? null : known.walkCache
  if (spec.walkCache === true && rule === null)
    throw new LabError(`tlb.walkCache: nothing is known of a walk cache of ${arch.id}`)
  return {
    sizes,
    ...(rule === null ? {} : { walkCache: { shifts: tableShifts(arch), rule } }),
    software: arch.variant.habits.includes('software-refill'),
    keepsInvalid: spec.keepsInvalid === true,
  }
}

function sets(name: string, pageShift: number, entries: number, ways: number): TlbGeometry['sizes'][number] {
  const count = entries / ways
  const good = Number.isInteger(entries) && Number.isInteger(ways) && entries > 0 && ways > 0 && ways <= 255
  if (!good || entries > 2 ** 20 || !Number.isInteger(Math.log2(count)))
    throw new LabError(`${name}: ${entries} entries of ${ways} ways; entries ÷ ways must be a power of two`)
  return { pageShift, entries, ways }
}

/** By depth: log2 pages below one table. */
function tableShifts(arch: Arch): number[] {
  return arch.levels.map((_, depth) => (depth === 0 ? 0 : arch.levels[depth - 1].pageShift))
}

function contexts(arch: Arch, spec: TlbSpec, kernel: string): ContextSpec {
  const known = arch.variant.tlb.contexts ?? NO_CONTEXTS
  const [major, minor] = kernel.split('.').map(Number)
  const shootdown = known.lazyShootdown === true && 1000 * major + minor >= SHOOTDOWN_SINCE
  const base = { ...known, lazyShootdown: shootdown }
  return spec.asidBits === undefined ? base : withBits(base, spec.asidBits)
}

function withBits(base: ContextSpec, bits: number): ContextSpec {
  if (bits === 0 && base.untagged === true)
    return { ...base, scheme: 'none', first: 0, last: 0, cpumask: 'loaded' }
  if (!Number.isInteger(bits) || bits < 4 || bits > 16)
    throw new LabError(
      `tlb.asidBits: ${bits}; give 4 to 16${base.untagged === true ? ', or 0 for none' : ''}`,
    )
  if (base.scheme !== 'generation' && base.scheme !== 'perCpu') return base
  // An even last number of pairs stays even.
  return { ...base, last: 2 ** bits - (base.step ?? 1) }
}
