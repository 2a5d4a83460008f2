/** Arguments of mremap and mlockall, checked and in pages and flags. */
import { MCL } from '../mm/mlock.ts'
import type { MremapRequest } from '../mm/mremap.ts'
import type { Addresses } from './address.ts'
import type { Address, MremapArgs } from './api.ts'
import { LabError, LinuxError } from './errors.ts'

const KNOWN = ['mayMove', 'fixed', 'dontUnmap']

export function mremapArgs(
  addresses: Addresses,
  addr: Address,
  oldLength: number,
  newLength: number,
  args: MremapArgs,
): MremapRequest {
  for (const name of Object.keys(args)) {
    if (!KNOWN.includes(name))
      throw new LabError(`mremap: '${name}' is not an argument; there are ${KNOWN.join(', ')}`)
  }
  const start = addresses.parse(addr)
  const target = args.fixed === undefined ? 0n : addresses.parse(args.fixed, 'fixed')
  if (addresses.offset(start) !== 0 || addresses.offset(target) !== 0)
    throw new LinuxError('mremap', 'EINVAL')
  return {
    page: addresses.page(start),
    oldPages: addresses.pages(oldLength),
    newPages: addresses.pages(newLength),
    mayMove: args.mayMove === true,
    fixed: args.fixed !== undefined,
    dontUnmap: args.dontUnmap === true,
    newPage: addresses.page(target),
  }
}

/** MCL_* of mlockall's arguments. */
export function mclFlags(args: { current?: boolean; future?: boolean; onFault?: boolean }): number {
  return (args.current ? MCL.CURRENT : 0) | (args.future ? MCL.FUTURE : 0) | (args.onFault ? MCL.ONFAULT : 0)
}
