/** mmap arguments of scenarios, checked and in pages. */
import type { MmapRequest } from '../mm/mmap.ts'
import type { Addresses } from './address.ts'
import type { MmapArgs, Prot } from './api.ts'
import { LabError, LinuxError } from './errors.ts'
import { bytes, kernelFile } from './file.ts'

const BITS: Record<string, number> = { r: 1, w: 2, x: 4 }
const KNOWN = new Set([
  'length',
  'addr',
  'prot',
  'shared',
  'fixed',
  'populate',
  'locked',
  'noreserve',
  'growsdown',
  'hugetlb',
  'file',
  'offset',
])

export function mmapArgs(addresses: Addresses, args: MmapArgs): MmapRequest {
  if (typeof args !== 'object' || args === null)
    throw new LabError('mmap: give an object, e.g. mmap({ length: MiB(2) })')
  for (const name of Object.keys(args)) {
    if (!KNOWN.has(name))
      throw new LabError(`mmap: '${name}' is not an argument; there are ${[...KNOWN].join(', ')}`)
  }
  const addr = args.addr === undefined ? 0n : addresses.parse(args.addr, 'addr')
  const fixed = args.fixed !== undefined && args.fixed !== false
  if (fixed && addresses.offset(addr) !== 0) throw new LinuxError('mmap', 'EINVAL')
  const offset = BigInt(bytes(args.offset ?? 0, 'offset'))
  if (addresses.offset(offset) !== 0) throw new LinuxError('mmap', 'EINVAL')
  return {
    page: addresses.page(addr),
    pages: addresses.pages(args.length),
    prot: protBits(args.prot ?? 'rw'),
    shared: args.shared === true,
    fixed,
    noReplace: args.fixed === 'noreplace',
    populate: args.populate === true,
    noreserve: args.noreserve === true,
    locked: args.locked === true,
    growsdown: args.growsdown === true,
    hugetlb: args.hugetlb === true,
    file: args.file === undefined ? null : kernelFile(args.file),
    pgoff: addresses.page(offset),
  }
}

/** PROT_* bits of 'rw' and the like. @throws LabError */
export function protBits(prot: Prot): number {
  if (prot === 'none') return 0
  let bits = 0
  for (const letter of String(prot)) bits |= BITS[letter] ?? 8
  if (bits === 0 || bits > 7)
    throw new LabError(`prot: '${String(prot)}'; give letters of r, w, x, or 'none'`)
  return bits
}
