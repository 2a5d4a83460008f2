/**
 * Touches of one or many places, `stride` bytes apart, without a bigint per touch.
 */
import type { Kernel } from '../mm/kernel.ts'
import type { Process } from '../mm/process.ts'
import { OK, SIGNALS, USERFAULT } from '../mm/signals.ts'
import { touchPage } from '../mm/touch.ts'
import { KIND } from '../trace/schema.ts'
import type { Addresses } from './address.ts'
import type { Address, TouchArgs } from './api.ts'
import { LabError, SignalError } from './errors.ts'

const MAX_TOUCHES = 2 ** 31

export interface Touch {
  access: number
  /** Value to store, or null to leave memory as it is. */
  value: bigint | null
}

/** Does the touches; returns the 64-bit word at the last place. @throws SignalError */
export function touchRange(
  kernel: Kernel,
  process: Process,
  addresses: Addresses,
  call: string,
  addr: Address,
  args: TouchArgs,
  touch: Touch,
): bigint {
  const start = addresses.parse(addr)
  const { pageSize } = addresses
  const count = args.count ?? 1
  const stride = args.stride ?? pageSize
  if (!Number.isInteger(count) || count < 0 || count > MAX_TOUCHES)
    throw new LabError(`count: ${count}; give a whole number from 0 to 2^31`)
  if (!Number.isSafeInteger(stride) || stride < 0)
    throw new LabError(`stride: ${stride}; give a whole number of bytes, 0 or more`)
  let page = addresses.page(start)
  let offset = addresses.offset(start)
  const pageStep = Math.floor(stride / pageSize)
  const offsetStep = stride - pageStep * pageSize
  for (let i = 0; i < count; i++) {
    const ending = touchPage(kernel, process, page, touch.access)
    if (ending === USERFAULT) {
      const at = `0x${addresses.address(page).toString(16)}`
      throw new LabError(
        `${call}: waits in handle_userfault for ${at}, which is write-protected; the userfaultfd's handler has to take the protection off`,
      )
    }
    if (ending !== OK) {
      const { signal, code } = SIGNALS[ending]
      throw new SignalError(
        call,
        signal as SignalError['signal'],
        code as SignalError['code'],
        addresses.address(page) + BigInt(offset),
        i,
      )
    }
    if (touch.value !== null) store(kernel, kernel.touched, offset >>> 3, touch.value)
    if (i === count - 1) break
    page += pageStep
    offset += offsetStep
    if (offset >= pageSize) {
      offset -= pageSize
      page++
    }
  }
  return count === 0 ? 0n : load(kernel, kernel.touched, offset >>> 3)
}

function load(kernel: Kernel, frame: number, word: number): bigint {
  const { data } = kernel.memory
  if (data.empty) return 0n
  return (BigInt(data.readHi(frame, word)) << 32n) | BigInt(data.readLo(frame, word))
}

function store(kernel: Kernel, frame: number, word: number, value: bigint): void {
  const { data } = kernel.memory
  const lo = Number(value & 0xffff_ffffn)
  const hi = Number((value >> 32n) & 0xffff_ffffn)
  if (kernel.trace.on) {
    kernel.trace.emit(KIND.STORE, word, 0, frame, data.readLo(frame, word), data.readHi(frame, word), lo, hi)
  }
  data.write(frame, word, lo, hi)
}
