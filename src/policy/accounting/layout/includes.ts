/**
 * Which header a compilation unit reads when: a small stand-in for the kernel's include graph, in which a scenario may
 * change what it likes. Which headers of an architecture lead to its asm/pgtable.h was read in 6.1; that it was
 * linux/kernel_stat.h, the first include of mm/memory.c, which led there on sh4 in 2015 is a guess that fits the symptom.
 */
import type { Arch } from '../../../arch/arch.ts'
import { UNITS } from '../../../mm/layout/units.ts'

export type IncludeGraph = Readonly<Record<string, readonly string[]>>

export const MM_TYPES = 'linux/mm_types.h'
export const MM_STRUCT = 'linux/mm_struct.h'
export const NOPMD = 'asm-generic/pgtable-nopmd.h'

/** asm/io.h of these includes asm/pgtable.h, and so do the headers of interrupts. */
const IO_READS_PGTABLE = new Set(['arm64', 'csky', 'parisc', 'riscv', 's390', 'sh'])
/** asm/uaccess.h of these does. */
const UACCESS_READS_PGTABLE = new Set(['ia64', 'loongarch', 'microblaze', 'parisc', 'riscv'])
/** asm/pgtable.h of these includes linux/mm_types.h before anything that folds a level. */
const PGTABLE_READS_TYPES = new Set(['arm64', 'loongarch', 'mips', 'parisc', 'riscv', 's390', 'sparc'])
/** asm/pgtable.h of these uses struct mm_struct itself: arm in its TLB flushes, s390 for PGSTEs. */
export const PGTABLE_USES_MM = new Set(['arm', 's390'])

/** Headers with what each includes, in order. Headers that are not listed include nothing that matters. */
export function defaultHeaders(arch: Arch): Record<string, string[]> {
  const { family } = arch.variant
  const pgtable = (reads: ReadonlySet<string>): string[] => (reads.has(family) ? ['asm/pgtable.h'] : [])
  const folds = definesFolded(arch) ? [NOPMD] : []
  // On x86 asm/processor.h, which everything reads first, has the levels.
  const early: Record<string, string[]> =
    family === 'x86' ? { [MM_TYPES]: ['asm/processor.h'], 'asm/processor.h': folds } : {}
  return {
    'linux/mm.h': [MM_TYPES, 'asm/pgtable.h'],
    'linux/sched.h': [MM_TYPES],
    'linux/kernel_stat.h': ['linux/interrupt.h'],
    'linux/interrupt.h': ['asm/io.h'],
    'asm/io.h': pgtable(IO_READS_PGTABLE),
    'asm/uaccess.h': pgtable(UACCESS_READS_PGTABLE),
    'asm/pgtable.h': [...(PGTABLE_READS_TYPES.has(family) ? [MM_TYPES] : []), ...folds],
    [MM_TYPES]: [],
    ...early,
  }
}

export function defaultUnits(): Record<string, string[]> {
  return {
    [UNITS.fork]: ['linux/slab.h', 'linux/sched.h', 'linux/mm.h'],
    [UNITS.exit]: ['linux/mm.h', 'linux/slab.h'],
    [UNITS.memory]: ['linux/kernel_stat.h', 'linux/mm.h'],
    [UNITS.mmap]: ['linux/kernel.h', 'linux/slab.h', 'linux/mm.h'],
    [UNITS.oom]: ['linux/oom.h', 'linux/mm.h'],
    [UNITS.fault]: ['linux/kernel.h', 'linux/mm.h'],
    [UNITS.taskMmu]: ['linux/mm.h'],
    [UNITS.base]: ['linux/errno.h', 'linux/sched.h', 'linux/mm.h'],
  }
}

/** Whether the architecture folds its pmd level through pgtable-nopmd.h, and so defines __PAGETABLE_PMD_FOLDED. */
export function definesFolded(arch: Arch): boolean {
  const folded = arch.variant.folded.find((level) => level.level === 'pmd')
  return folded !== undefined && folded.markedSince === undefined
}

export interface Read {
  /** The macro was defined when mm_struct was read. */
  sawFolded: boolean
  /** How the header that defines it was reached. */
  chain: readonly string[]
  /** mm_struct was read at all. */
  sawStruct: boolean
}

/** What a unit sees: headers are read depth first, each once, as include guards make it. */
export function readUnit(includes: readonly string[], headers: IncludeGraph, structIn = MM_TYPES): Read {
  const seen = new Set<string>()
  const found: { sawFolded: boolean | null; chain: readonly string[] } = { sawFolded: null, chain: [] }
  let defined: readonly string[] | null = null
  const visit = (header: string, path: readonly string[]): void => {
    if (seen.has(header)) return
    seen.add(header)
    const here = [...path, header]
    for (const next of headers[header] ?? []) visit(next, here)
    if (header === NOPMD) defined = here
    if (header !== structIn || found.sawFolded !== null) return
    found.sawFolded = defined !== null
    found.chain = defined ?? []
  }
  for (const header of includes) visit(header, [])
  return { sawFolded: found.sawFolded === true, chain: found.chain, sawStruct: found.sawFolded !== null }
}
