import { beforeEach, describe, expect, it } from 'vitest'
import { VM } from '../trace/schema.ts'
import { ERRNO } from './errno.ts'
import { getUnmappedArea } from './placement.ts'
import type { AddressLayout, PlacementRequest } from './placement.ts'
import { Vma } from './vma.ts'
import { VmaSet } from './vmaSet.ts'

/** x86_64 with 5 levels, as recorded from 6.12. */
const la57: AddressLayout = {
  taskPages: 0xfffffffffff,
  windowPages: 0x7ffffffff,
  mmapBasePages: 0x7ffff7fff,
  bottomUpBasePages: 0x2aaaaaaaa,
  minPages: 16,
  bottomUp: false,
  highHintFromPages: 0x800000000,
  highLimitPages: 0xfffffffffff,
  highFallback: 'large',
  fixedBeyond: 'ENOMEM',
  sharedAlignPages: 1,
  hugePages: 512,
  thpAlign: 'multiple',
}

const base: PlacementRequest = {
  hintPage: 0,
  pages: 1,
  fixed: false,
  noReplace: false,
  kind: 'anonymous',
  pgoff: 0,
  alignPages: 1,
}

let set: VmaSet

function place(layout: AddressLayout, wanted: Partial<PlacementRequest>): number {
  return getUnmappedArea(set, layout, { ...base, ...wanted })
}

/** Places, and keeps the place. */
function map(layout: AddressLayout, wanted: Partial<PlacementRequest>): number {
  const at = place(layout, wanted)
  set.insert(new Vma(at, 1, at, at + (wanted.pages ?? 1), 0, at, null, ''))
  return at
}

beforeEach(() => {
  set = new VmaSet()
  set.insert(new Vma(1, 1, 0x7ffff7ff9, 0x7ffff7fff, 0, 0, null, '[vdso]'))
  set.insert(new Vma(2, 1, 0x7ffffffde, 0x7ffffffff, VM.GROWSDOWN, 0, null, '[stack]'))
})

describe('without an address', () => {
  it('goes top-down, multiples of a huge page aligned (6.12)', () => {
    expect([1, 4, 1, 512, 2049, 2].map((pages) => map(la57, { pages }))).toEqual([
      0x7ffff7ff8, 0x7ffff7ff4, 0x7ffff7ff3, 0x7ffff7c00, 0x7ffff73ff, 0x7ffff7ff1,
    ])
  })

  it('goes top-down, nothing aligned (6.1)', () => {
    const layout: AddressLayout = { ...la57, thpAlign: 'never' }
    expect([1, 4, 1, 512, 2049].map((pages) => map(layout, { pages }))).toEqual([
      0x7ffff7ff8, 0x7ffff7ff4, 0x7ffff7ff3, 0x7ffff7df3, 0x7ffff75f2,
    ])
  })

  it('aligns every large length while the kernel did so (6.7 to 6.12)', () => {
    expect(place({ ...la57, thpAlign: 'large' }, { pages: 2049 }) % 512).toBe(0)
  })

  it('leaves shared memory alone and follows the file offset where the file system asks for it', () => {
    expect(place(la57, { pages: 512, kind: 'shmem' })).toBe(0x7ffff7df9)
    expect(place(la57, { pages: 1100, kind: 'thp-file', pgoff: 3 }) % 512).toBe(3)
  })

  it('tries bottom-up when there is no room below mmap_base', () => {
    set.insert(new Vma(3, 1, 16, 0x7ffff7000, 0, 0, null, ''))
    expect(place(la57, { pages: 0x8001 })).toBe(-ERRNO.ENOMEM)
    expect(place(la57, { pages: 0x5001 })).toBe(0x7ffff7fff)
  })

  it('goes bottom-up from mmap_base where the task wants that', () => {
    expect(place({ ...la57, bottomUp: true, mmapBasePages: 0x2aaaaaaaa }, { pages: 1 })).toBe(0x2aaaaaaaa)
  })
})

describe('with a hint', () => {
  it('takes it when it is free', () => {
    expect(map(la57, { hintPage: 0x200000003, pages: 2 })).toBe(0x200000003)
    expect(place(la57, { hintPage: 0x200000003, pages: 2 })).toBe(0x7ffff7ff7)
  })

  it('raises it to mmap_min_addr', () => {
    expect(place(la57, { hintPage: 1 })).toBe(16)
  })

  it('opens the large space only for hints above the window', () => {
    expect(place(la57, { hintPage: 0x4000000000 })).toBe(0x4000000000)
    expect(place(la57, { hintPage: 0x7ffffffff, pages: 2 })).toBe(0x7ffff7ff7)
    expect(place(la57, { hintPage: 0xfffffffffff })).toBe(0xfffffff7ffe)
  })

  it('without such a rule takes any hint below the limit and falls back to the window (riscv, s390)', () => {
    const layout: AddressLayout = {
      ...la57,
      windowPages: la57.taskPages,
      highHintFromPages: Infinity,
      highFallback: 'window',
    }
    expect(place(layout, { hintPage: 0x4000000000 })).toBe(0x4000000000)
    expect(place(layout, { hintPage: 0xfffffffffff })).toBe(0x7ffff7ff8)
  })
})

describe('errors', () => {
  it('ENOMEM past the end, EINVAL where the architecture checks', () => {
    const beyond = { hintPage: 0xffffffffffd, pages: 4, fixed: true }
    expect(place(la57, beyond)).toBe(-ERRNO.ENOMEM)
    expect(place({ ...la57, fixedBeyond: 'EINVAL' }, beyond)).toBe(-ERRNO.EINVAL)
    expect(place(la57, { pages: 2 ** 44 })).toBe(-ERRNO.ENOMEM)
    expect(place(la57, { pages: 0 })).toBe(-ERRNO.EINVAL)
  })

  it('EEXIST for FIXED_NOREPLACE on something, whatever MAP_FIXED may replace', () => {
    const stack = { hintPage: 0x7ffffffe0, fixed: true }
    expect(place(la57, { ...stack, noReplace: true })).toBe(-ERRNO.EEXIST)
    expect(place(la57, stack)).toBe(0x7ffffffe0)
  })

  it('EINVAL for hugetlb off its alignment', () => {
    const huge = { kind: 'hugetlb', alignPages: 512, pages: 512 } as const
    expect(place(la57, { ...huge, hintPage: 0x200000001, fixed: true })).toBe(-ERRNO.EINVAL)
    expect(place(la57, huge) % 512).toBe(0)
  })
})
