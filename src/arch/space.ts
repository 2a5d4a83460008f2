/** Address-space limits in pages, and where a new mm starts to look for room. */
import type { Arch } from './arch.ts'
import type { Variant } from './variant.ts'

/** RLIMIT_STACK the kernel starts with (_STK_LIM). */
export const DEFAULT_STACK_LIMIT = 8n << 20n

type Space = Pick<
  Arch,
  | 'taskPages'
  | 'mmapWindowPages'
  | 'firstUserPage'
  | 'stackTopPages'
  | 'mmapBasePages'
  | 'mmapTopDown'
  | 'highHint'
  | 'mmapMinAddrPages'
  | 'beyondLimit'
  | 'sharedAlignPages'
>

export function compileSpace(variant: Variant): Space {
  const { space, pageShift } = variant
  const pages = (bytes: bigint) => Number(bytes >> BigInt(pageShift))
  return {
    taskPages: pages(space.taskSize),
    mmapWindowPages: pages(space.mmapWindow),
    firstUserPage: pages(space.firstUserAddress),
    stackTopPages: pages(space.stackTop),
    mmapBasePages: pages(mmapBase(variant, DEFAULT_STACK_LIMIT)),
    mmapTopDown: space.mmap.direction === 'top-down',
    highHint:
      space.highHint === null
        ? null
        : {
            fromPages: pages(space.highHint.from),
            limitPages: pages(space.highHint.limit),
            fallback: space.highHint.fallback,
          },
    mmapMinAddrPages: Math.max(
      pages(space.firstUserAddress),
      Math.ceil(Number(space.mmapMinAddr) / 2 ** pageShift),
    ),
    beyondLimit: space.beyondLimit ?? 'ENOMEM',
    sharedAlignPages: Math.max(1, pages(space.sharedAlign ?? 0n)),
  }
}

/** mm->mmap_base without randomisation for a stack limit in bytes (mmap_base(), 6.12 mm/util.c and the architectures' own). */
export function mmapBase(variant: Variant, stackLimit: bigint): bigint {
  const { mmap } = variant.space
  if (mmap.direction === 'bottom-up') return mmap.bottomUpBase
  const wanted = stackLimit + mmap.gapPad
  const gap = wanted < mmap.gapMin ? mmap.gapMin : wanted > mmap.gapMax ? mmap.gapMax : wanted
  const page = 1n << BigInt(variant.pageShift)
  return ((mmap.top - gap + page - 1n) / page) * page
}
