/** arm64: 4K, 16K and 64K granules, 36 to 52 bits of virtual address. */
import { feature, inPlace, piece, variant, type Described } from '../../make.ts'
import type { DeepPartial, FeatureOverride, FeatureSpec, Variant } from '../../variant.ts'
import { arm64Entry, arm64Table, block, hardwareManaged, protNone58, SHARED } from './entry.ts'
import { described } from './geometry.ts'
import { arm64Layout } from './layout.ts'

const ALIASES: Record<string, string[]> = {
  'arm64-4k-va48': ['arm64', 'aarch64'],
  'arm64-16k-va52': ['arm64-16k-lpa2', 'arm64-16k'],
  'arm64-4k-va52': ['arm64-4k-lpa2', 'arm64-lpa2'],
  'arm64-64k-va52': ['arm64-64k'],
}

/** Without FEAT_LPA2 the top level is folded at boot and the machine is another variant. */
const WITHOUT_LPA2: Record<string, string> = {
  'arm64-4k-va52': 'arm64-4k-va48',
  'arm64-16k-va52': 'arm64-16k-va47',
}

const hafdbs = feature(
  'hafdbs',
  true,
  'cpu',
  'the MMU sets the access flag and the dirty state (FEAT_HAFDBS); off: first access and first write fault',
  'ID_AA64MMFR1_EL1.HAFDBS; arch/arm64/kernel/cpufeature.c: has_hw_dbm',
)

const lpa2 = feature(
  'lpa2',
  true,
  'cpu',
  '52-bit addresses with 4K and 16K granules; the shareability bits then hold address bits',
  'arch/arm64/include/asm/pgtable-hwdef.h; lpa2_is_enabled()',
)

const bit58 = feature(
  'protNone58',
  false,
  'config',
  'kernels before 6.11: PROT_NONE is marked by bit 58, and swap entries have type 7:3, offset 57:8',
  'arch/arm64/include/asm/pgtable-prot.h: PTE_PROT_NONE (6.1)',
)

const contpte = feature(
  'contpte',
  true,
  'config',
  'aligned runs of entries for contiguous pages get the contiguous bit (CONFIG_ARM64_CONTPTE, since 6.9)',
  'arch/arm64/mm/contpte.c',
)

const kpti = feature(
  'kpti',
  false,
  'config',
  'the kernel is unmapped while in user mode (unmap_kernel_at_el0); ASIDs are handed out in pairs',
  'arch/arm64/mm/context.c: set_kpti_asid_bits',
)

/** Even numbers for the kernel, the odd ones above them for the user. */
const ASID_PAIRS: FeatureOverride = {
  feature: 'kpti',
  value: true,
  patch: { tlb: { contexts: { first: 2, last: 65534, step: 2, userTagOffset: 1 } } },
}

const tlbiRange = feature(
  'tlbiRange',
  false,
  'cpu',
  'one instruction invalidates a range (FEAT_TLBIRANGE), up to MAX_TLBI_RANGE_PAGES',
  'arch/arm64/include/asm/tlbflush.h: __flush_tlb_range_limit_excess',
)
const MAX_TLBI_RANGE_PAGES = 2 ** 21

function addressPieces(d: Described) {
  const { id, pageShift } = d.geometry
  const pieces = inPlace(47, pageShift)
  return id === 'arm64-64k-va52' ? [...pieces, piece(12, 4, 48)] : pieces
}

function lpa2Pieces(pageShift: number) {
  return [...inPlace(49, pageShift), piece(8, 2, 50)]
}

/** Boot removes PTE_SHARED from protection_map and the address field grows. */
function lpa2Patch(d: Described): DeepPartial<Variant> {
  const { pageShift } = d.geometry
  const address = lpa2Pieces(pageShift)
  const tables: Variant['tables'] = {}
  for (const level of d.geometry.levels.slice(0, -1))
    tables[level.name] = { ...tablesOf(d)[level.name]!, address }
  return {
    pte: {
      prot: d.prot.map((p) => p & ~SHARED),
      pfn: [piece(pageShift, 50 - pageShift), piece(8, 2, 50 - pageShift)],
      fields: d.fields.filter((f) => (f.mask & SHARED) === 0n),
    },
    tables,
  }
}

function tablesOf(d: Described): Variant['tables'] {
  const tables: Variant['tables'] = {}
  const { levels, pageShift } = d.geometry
  for (const { name, shift } of levels.slice(0, -1)) {
    tables[name] = arm64Table(addressPieces(d), blockAt(pageShift, shift))
  }
  return tables
}

/** Blocks exist one level above pte, and with 4K pages also at 1 GiB. */
function blockAt(pageShift: number, shift: number): boolean {
  return shift === 2 * pageShift - 3 || (pageShift === 12 && shift === 30)
}

function complete(d: Described): Variant {
  const { id, levels, pageShift } = d.geometry
  const large = id in WITHOUT_LPA2
  const features: FeatureSpec[] = large
    ? [hafdbs, lpa2, bit58, contpte, kpti, tlbiRange]
    : [hafdbs, bit58, contpte, kpti, tlbiRange]
  const overrides: FeatureOverride[] = [
    { feature: 'hafdbs', value: true, patch: hardwareManaged(d) },
    { feature: 'protNone58', value: true, patch: protNone58(d) },
    { feature: 'contpte', value: false, patch: { pte: { cont: null } } },
    ASID_PAIRS,
    {
      feature: 'tlbiRange',
      value: true,
      patch: { tlb: { flush: { ceiling: MAX_TLBI_RANGE_PAGES, unit: 'page' } } },
    },
  ]
  if (large) overrides.push({ feature: 'lpa2', value: true, patch: lpa2Patch(d) })
  const huge: Variant['huge'] = {}
  for (const { name, shift } of levels.slice(0, -1))
    if (blockAt(pageShift, shift)) huge[name] = block(d, shift)
  const full = variant('arm64', d.geometry, {
    pte: arm64Entry(d),
    huge,
    tables: tablesOf(d),
    features,
    overrides,
    prefaultsOld: true,
    aliases: ALIASES[id] ?? [],
    haveMovePmd: true,
    haveMovePud: true,
    // Not with 64K pages, nor with two levels of 16K.
    sharesHugePmds: pageShift < 16 && levels.length > 2,
    ...(large ? { siblings: [{ feature: 'lpa2', value: false, id: WITHOUT_LPA2[id]! }] } : {}),
  })
  return { ...full, layout: arm64Layout(full), tlb: withDvmOps(full) }
}

/** MAX_DVM_OPS is PTRS_PER_PTE: that many strides are too many. */
function withDvmOps({ tlb, levels }: Variant): Variant['tlb'] {
  return { ...tlb, flush: { ...tlb.flush, ceiling: levels.at(-1)!.entries - 1 } }
}

export const arm64: Variant[] = described.map(complete)
