/**
 * What the chosen kernel version and configuration do differently, as data.
 */
import type { ThpMode } from './hugePolicy.ts'
import type { OomStyle } from './oom/style.ts'
import type { ShmemMode } from './shmemHuge.ts'
import type { AddressLayout } from './placement.ts'
import type { VmaRules } from './vmaContext.ts'

export interface Behaviour {
  kernel: string
  layout: AddressLayout
  /** How the OOM killer chooses and what it prints. */
  oom: OomStyle
  softDirty: boolean
  /** Processes have CAP_SYS_RAWIO: MAP_FIXED below vm.mmap_min_addr is allowed (cap_mmap_addr). */
  root: boolean
  /** kpageflags, wp reuse and pagemap of large folios (profile/kernels.ts). */
  tailsShowFolioFlags: boolean
  reusesLargeFolios: boolean
  hugeExclusiveByHead: boolean
  splitKeepsDirty: boolean
  batchesUnmaps: boolean
  restoresReserve: boolean
  /** Pages that a fault makes begin with PG_referenced. */
  faultsReference: boolean
  /** MGLRU: a page used again stays referenced instead of becoming active. */
  lruGen: boolean
  /** A read fault on a dirty page of a file makes a writable entry dirty. */
  dirtyFolioDirtiesPte: boolean
  /** 7.2: MADV_DONTNEED frees PTE tables that it emptied (CONFIG_PT_RECLAIM). */
  ptReclaim: boolean
  /** Since 6.7 mremap begins a move at the pmd border below where nothing is mapped. */
  mremapRealign: boolean
  /** Since 6.17 one mremap moves several mappings. */
  mremapManyVmas: boolean
  /** PAGEVEC_SIZE: folios that an LRU operation collects per CPU before it is carried out. */
  lruBatch: number
  vmaRules: VmaRules
  /** Transparent huge pages at start: 'always', 'madvise', 'never'. */
  thp: ThpMode
  /** The same for shared memory and memfds. */
  shmemThp: ShmemMode
  /** hugepages= on the command line, and log2 base pages of one (0: no hugetlb). */
  hugepages: number
  hugetlbOrder: number
  /** A write to the huge zero page gets a huge page (since 6.13); before, it split. */
  hugeZeroReplaced: boolean
  /** The huge zero page is mapped special (since 6.18). */
  hugeZeroSpecial: boolean
}
