/** MIPS: every page size, with and without RI/XI, 32 and 64 bit. */
import { bits } from '../../bits.ts'
import type { TableFormat } from '../../format.ts'
import { anyOf, feature, has, is, masks, piece, variant, type Described } from '../../make.ts'
import { table } from '../../plain.ts'
import type { DeepPartial, FeatureOverride, FeatureSpec, Variant } from '../../variant.ts'
import { mipsEntry } from './entry.ts'
import { described } from './geometry.ts'

const ALIASES: Record<string, string[]> = {
  'mips32-4k': ['mips', 'mipsel', 'mips32'],
  'mips64-4k': ['mips64', 'mips64el'],
}

const rixi = feature(
  'rixi',
  true,
  'cpu',
  'the TLB knows no-execute and no-read pages (RI/XI); off: _PAGE_NO_EXEC is 0',
  'arch/mips/include/asm/pgtable-bits.h: cpu_has_rixi',
)

const uncached = feature(
  'kseg0Uncached',
  false,
  'cpu',
  'Config.K0 is left at 2: pages are mapped uncached and the direct map is the uncached window (QEMU machines)',
  'arch/mips/mm/c-r4k.c: _page_cachable_default; CAC_BASE',
)

/** Stands for the address of invalid_pte_table (invalid_pmd_table one page further): a place in the kernel image where no page table can be. */
const INVALID_32 = 0x9ffe0000n
const INVALID_64 = 0xffffffff9ffe0000n
const CACHED = 0x9800000000000000n
const UNCACHED = 0x9000000000000000n

function pointerTable(d: Described, index: number, base: bigint): TableFormat {
  const { bits: word, levels, pageShift } = d.geometry
  const width = word
  const below = levels[index + 1]!.name
  const page = 1n << BigInt(pageShift)
  const invalid =
    (width === 32 ? INVALID_32 : INVALID_64) + (below === 'pte' ? 0n : below === 'pmd' ? page : 2n * page)
  const huge = masks(d.fields).maybe('huge')
  const leaf = below === 'pte' && huge !== 0n ? has(huge) : { not: { mask: 0n, value: 0n } }
  return table(width, {
    address: [piece(0, width)],
    added: width === 32 ? 0x80000000n : base,
    none: is(bits(width - 1, 0), invalid),
    noneValue: invalid,
    noneMeans: { level: below, symbol: `invalid_${below}_table` },
    bad: anyOf(bits(pageShift - 1, 0)),
    leaf,
  })
}

function tablesOf(d: Described, base: bigint): Variant['tables'] {
  const tables: Variant['tables'] = {}
  d.geometry.levels.slice(0, -1).forEach(({ name }, i) => {
    tables[name] = pointerTable(d, i, base)
  })
  return tables
}

function withoutRixi(d: Described): DeepPartial<Variant> {
  const noExec = masks(d.fields)('noExec')
  return {
    pte: {
      prot: d.prot.map((p) => p & ~noExec),
      fields: d.fields.filter((f) => f.name !== 'noExec'),
      hw: { exec: { mask: 0n, value: 0n } },
    },
  }
}

/** Cache attribute 2 in every protection. Comes after `rixi`, so it must repeat what that one did. */
function uncachedPatch(d: Described, dropped: bigint): DeepPartial<Variant> {
  const cache = masks(d.fields)('cache')
  const attribute = (cache & -cache) * 2n
  return {
    pte: { prot: d.prot.map((p) => (p & ~cache & ~dropped) | attribute) },
    tables: tablesOf(d, UNCACHED),
  }
}

function features(d: Described): { features: FeatureSpec[]; overrides: FeatureOverride[] } {
  const noExec = masks(d.fields).maybe('noExec')
  const hasCache = masks(d.fields).maybe('cache') !== 0n
  const specs: FeatureSpec[] = []
  const overrides: FeatureOverride[] = []
  if (noExec !== 0n) {
    specs.push(rixi)
    overrides.push({ feature: 'rixi', value: false, patch: withoutRixi(d) })
  }
  if (!hasCache) return { features: specs, overrides }
  specs.push(uncached)
  overrides.push({ feature: 'kseg0Uncached', value: true, patch: uncachedPatch(d, 0n) })
  if (noExec !== 0n) {
    overrides.push({
      feature: 'kseg0Uncached',
      value: true,
      and: { feature: 'rixi', value: false },
      patch: uncachedPatch(d, noExec),
    })
  }
  return { features: specs, overrides }
}

function complete(d: Described): Variant {
  const { id, levels } = d.geometry
  const huge: Variant['huge'] = {}
  const above = levels.at(-2)!
  const hugeBit = masks(d.fields).maybe('huge')
  const [pfn] = d.pfn
  const skip = above.shift - d.geometry.pageShift
  if (hugeBit !== 0n) {
    huge[above.name] = {
      pfn: [piece(pfn!.entry + skip, pfn!.width - skip, skip)],
      // pmd_modify, unlike pte_modify, leaves VALID to the next access
      modify: { before: [], keep: d.keep | hugeBit, after: [] },
    }
  }
  return variant('mips', d.geometry, {
    pte: mipsEntry(d),
    tables: tablesOf(d, CACHED),
    huge,
    ...features(d),
    habits: ['software-refill', 'invalid-tables', 'pointer-tables'],
    aliases: ALIASES[id] ?? [],
  })
}

export const mips: Variant[] = described.map(complete)
