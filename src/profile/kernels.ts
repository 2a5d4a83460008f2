/**
 * Kernel versions that the lab models, and what each does differently. One row per behaviour that scenarios or recorded
 * kernels can see.
 */
import type { OomStyle } from '../mm/oom/style.ts'
import { OLDER } from './older.ts'
import { oomStyleOf } from './oomStyles.ts'

export interface KernelProfile {
  version: string
  /** The kernel whose records this profile is checked against; empty where there are none. */
  recorded: string
  /** PUD tables have a constructor and are in NR_PAGETABLE (pagetable_pud_ctor, since 6.11). */
  pudCtor: boolean
  /** So have P4D tables and top tables (pagetable_p4d_ctor, pagetable_pgd_ctor, since 6.15). */
  topCtor: boolean
  /** Pages that a fault puts on the LRU begin as referenced (MGLRU since 6.14), which smaps shows. */
  faultsReference: boolean
  /** CONFIG_LRU_GEN_ENABLED in the recorded kernel: a page used again stays referenced instead of becoming active. */
  lruGen: boolean
  /** kpageflags shows the flags of the folio for each of its pages (since 6.10), not those of the page itself. */
  tailsShowFolioFlags: boolean
  /** A write to a shared huge page's small mapping reuses the page when the folio is mapped by one mm only (since 6.15). */
  reusesLargeFolios: boolean
  /** pagemap calls all of a huge page exclusively mapped when its first page is (6.12 looks at each). */
  hugeExclusiveByHead: boolean
  /** Splitting a dirty huge entry makes its small entries dirty (since 6.2), else the folio. */
  splitKeepsDirty: boolean
  /** Unmapping takes the entries of a folio together (since 6.9): what is gone as a whole was never mapped in part. */
  batchesUnmaps: boolean
  /** A private hugetlb page that goes gives its owner the reservation back (since 6.9). */
  restoresReserve: boolean
  /** Features of architectures that came or went with the version, by name; what a variant lacks doesn't matter. */
  archFeatures: Readonly<Record<string, boolean>>
  /** A read fault on a dirty page of a file makes a writable entry dirty on every architecture (since 6.16). */
  dirtyFolioDirtiesPte: boolean
  /** How mmap without an address aligns to huge pages on 64-bit kernels with THP (placement.ts). */
  thpAlign: 'never' | 'large' | 'multiple'
  /** Merging and accounting of VMAs (vmaContext.ts). */
  mergeIntoUnfaulted: boolean
  stickySoftDirty: boolean
  unaccountUnfaulted: boolean
  /** A write to the huge zero page gets a huge page (since 6.13), which is mapped special (since 6.18). */
  hugeZeroReplaced: boolean
  hugeZeroSpecial: boolean
  /** MADV_DONTNEED frees PTE tables it emptied (CONFIG_PT_RECLAIM, since 6.14). */
  ptReclaim: boolean
  /** mremap begins a move at the pmd border below where nothing is mapped (since 6.7). */
  mremapRealign: boolean
  /** One mremap moves several mappings (since 6.17). */
  mremapManyVmas: boolean
  /** PAGEVEC_SIZE: folios that an LRU operation collects per CPU before it is carried out (31 since 6.9). */
  lruBatch: number
  /** The OOM killer (oomStyles.ts). */
  oom: OomStyle
  accounting: string
  /** Where an architecture family chose otherwise. */
  accountingOn?: Readonly<Record<string, string>>
}

/** Kernels that there are records of. */
const RECORDED: readonly Omit<KernelProfile, 'oom'>[] = [
  {
    version: '6.1',
    recorded: '6.1.176',
    pudCtor: false,
    topCtor: false,
    faultsReference: false,
    tailsShowFolioFlags: false,
    reusesLargeFolios: false,
    hugeExclusiveByHead: true,
    splitKeepsDirty: false,
    batchesUnmaps: false,
    restoresReserve: false,
    archFeatures: {
      savedDirty: false,
      pmdModifyDropsDirty: false,
      protNone58: true,
      protNonePrivileged: true,
      contpte: false,
    },
    lruGen: false,
    dirtyFolioDirtiesPte: false,
    thpAlign: 'never',
    mergeIntoUnfaulted: false,
    stickySoftDirty: false,
    unaccountUnfaulted: false,
    ptReclaim: false,
    mremapRealign: false,
    mremapManyVmas: false,
    lruBatch: 15,
    hugeZeroReplaced: false,
    hugeZeroSpecial: false,
    accounting: 'pgtables_bytes_folded',
  },
  {
    version: '6.12',
    recorded: '6.12.107',
    pudCtor: true,
    topCtor: false,
    faultsReference: false,
    tailsShowFolioFlags: true,
    reusesLargeFolios: false,
    hugeExclusiveByHead: false,
    splitKeepsDirty: true,
    batchesUnmaps: true,
    restoresReserve: true,
    archFeatures: {
      savedDirty: true,
      pmdModifyDropsDirty: true,
      protNone58: false,
      protNonePrivileged: false,
      contpte: true,
    },
    lruGen: true,
    dirtyFolioDirtiesPte: false,
    thpAlign: 'multiple',
    mergeIntoUnfaulted: false,
    stickySoftDirty: false,
    unaccountUnfaulted: true,
    ptReclaim: false,
    mremapRealign: true,
    mremapManyVmas: false,
    lruBatch: 31,
    hugeZeroReplaced: false,
    hugeZeroSpecial: false,
    accounting: 'pgtables_bytes_folded',
  },
  {
    version: '7.2',
    recorded: '7.2',
    pudCtor: true,
    topCtor: true,
    faultsReference: true,
    tailsShowFolioFlags: true,
    reusesLargeFolios: true,
    hugeExclusiveByHead: true,
    splitKeepsDirty: true,
    batchesUnmaps: true,
    restoresReserve: true,
    archFeatures: {
      savedDirty: true,
      pmdModifyDropsDirty: false,
      protNone58: false,
      protNonePrivileged: false,
      contpte: true,
    },
    lruGen: true,
    dirtyFolioDirtiesPte: true,
    thpAlign: 'multiple',
    mergeIntoUnfaulted: true,
    stickySoftDirty: true,
    unaccountUnfaulted: true,
    ptReclaim: true,
    mremapRealign: true,
    mremapManyVmas: true,
    lruBatch: 31,
    hugeZeroReplaced: true,
    hugeZeroSpecial: true,
    accounting: 'pgtables_bytes_folded',
  },
]

/** Older kernels differ from the oldest recorded one in what older.ts lists; nothing vouches for them but that. */
const UNRECORDED = OLDER.map(({ version, accounting, accountingOn = {} }): Omit<KernelProfile, 'oom'> => ({
  ...RECORDED[0],
  version,
  recorded: '',
  accounting,
  accountingOn,
}))

const ALL = [...UNRECORDED, ...RECORDED]
const VERSIONS = ALL.map(({ version }) => version)

export const KERNELS: readonly KernelProfile[] = ALL.map((kernel) => ({
  ...kernel,
  oom: oomStyleOf(kernel.version, VERSIONS),
}))

/** Id of the accounting that a kernel uses on an architecture family. */
export function accountingOf(kernel: KernelProfile, family: string): string {
  return kernel.accountingOn?.[family] ?? kernel.accounting
}

export const DEFAULT_KERNEL = '6.12'

/** @throws Error that lists the versions there are. */
export function findKernel(version: string): KernelProfile {
  const found = KERNELS.find((kernel) => kernel.version === version)
  if (found !== undefined) return found
  throw new Error(`no kernel '${version}'. Known: ${KERNELS.map((kernel) => kernel.version).join(', ')}.`)
}
