/** The facts the descriptors are checked against (tests only). Masks are hex strings; see docs of the JSON's fields in README.md beside it. */
import archs from './archs.json' with { type: 'json' }

export interface FactLevel {
  name: string
  shift: number
  indexBits: number
  entries: number
  entryBytes: number
  tableBytes: number
  hwWordsPerEntry: number
  alloc: { kind: string; allocBytes: number; order?: number; perPage?: number }
}

export interface FactField {
  mask: string
  bits?: number[]
  macro?: string
}

export interface FactVariant {
  id: string
  arch: string
  bits: number
  endian: string
  kernel: string
  pageShift: number
  foldedLevels: string[]
  levels: FactLevel[]
  vaBits: number
  uncertain?: boolean
  pgtable_t: string
  ptdesc: boolean | string
  splitPtePtlocks: boolean | string
  splitPmdPtlocks: boolean
  pgtablesBytes: Record<string, number | string>
  user: { taskSize?: string; firstUserAddress?: string; userPtrsPerPgd?: number | string }
  kernelVa: { pageOffset?: string; vmallocStart?: string; vmallocEnd?: string }
  kernelSync: { archSyncKernelMappings: boolean; ARCH_PAGE_TABLE_SYNC_MASK: string }
  special: { ARCH_HAS_PTE_SPECIAL: boolean; PTE_DEVMAP: boolean; pteSpecialMask?: string }
  probedConfig?: Record<string, string>
  pte: {
    fields: Record<string, FactField>
    pfn: { lo: number; hi: number; note?: string }
    allMacros: Record<string, string>
    entryNone?: string
  }
  protectionMap: Record<string, string | null>
  freshPte: Record<string, string | null> | null
  freshPteLpa2?: Record<string, string | null>
  swap: {
    typeShift?: number
    typeBits?: number
    offsetShift?: number
    offsetBits?: number
    exclusiveMask?: string
    samples?: Record<string, string>
  }
}

export const factVariants = (archs as unknown as { variants: FactVariant[] }).variants
