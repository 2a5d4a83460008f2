/** The placement rules of a task from its architecture (arch.variant.space) and kernel version. */
import type { Arch } from '../arch/arch.ts'
import { knownVariant } from '../arch/index.ts'
import type { AddressLayout } from './placement.ts'

/** `thpAlign` is what the kernel version does with THP built in; 32-bit kernels never align. */
export function addressLayout(arch: Arch, thpAlign: AddressLayout['thpAlign']): AddressLayout {
  const { highHint, variant, pageShift } = arch
  const isAnyHint = highHint?.fallback === 'window'
  return {
    taskPages: highHint?.limitPages ?? arch.taskPages,
    // Without a window for hints the whole space is open to them, and the search alone stays below mmap_base.
    windowPages: isAnyHint ? highHint.limitPages : arch.mmapWindowPages,
    mmapBasePages: arch.mmapBasePages,
    bottomUpBasePages: Number(variant.space.mmap.bottomUpBase >> BigInt(pageShift)),
    minPages: arch.mmapMinAddrPages,
    bottomUp: !arch.mmapTopDown,
    // Hints strictly above the window: DEFAULT_MAP_WINDOW itself is still a window address.
    highHintFromPages: highHint === null || isAnyHint ? Infinity : highHint.fromPages + 1,
    highLimitPages: highHint?.limitPages ?? arch.taskPages,
    highFallback: highHint?.fallback ?? 'window',
    fixedBeyond: arch.beyondLimit,
    sharedAlignPages: arch.sharedAlignPages,
    hugePages: configuredHugePages(arch),
    thpAlign: arch.bits === 32 ? 'never' : thpAlign,
  }
}

/** CONFIG_TRANSPARENT_HUGEPAGE decides, not the CPU: s390 aligns without enhanced DAT too. */
function configuredHugePages({ id, variant, levels, hpageOrder }: Arch): number {
  const configured = hpageOrder > 0 || (knownVariant(id) ?? variant).thpPmd
  return configured ? 2 ** levels[levels.length - 2].pageShift : 0
}
