/**
 * Addresses and lengths as scenarios give them, checked and split into page number and offset.
 */
import type { Address } from './api.ts'
import { LabError } from './errors.ts'

export class Addresses {
  private readonly shift: bigint
  private readonly mask: bigint
  private readonly space: bigint

  readonly pageShift: number
  /** bytes */
  readonly pageSize: number

  constructor(pageShift: number, bits: number) {
    this.pageShift = pageShift
    this.pageSize = 1 << pageShift
    this.shift = BigInt(pageShift)
    this.mask = (1n << this.shift) - 1n
    this.space = 1n << BigInt(bits)
  }

  /** @throws LabError for anything that is no address. */
  parse(value: Address, what = 'address'): bigint {
    if (
      typeof value === 'bigint'
        ? value >= 0n && value < this.space
        : Number.isSafeInteger(value) && value >= 0
    ) {
      const address = BigInt(value)
      if (address < this.space) return address
    }
    throw new LabError(
      `${what}: ${String(value)} is no address; give a bigint such as 0x7fff_0000n, below 0x${this.space.toString(16)}`,
    )
  }

  page(address: bigint): number {
    return Number(address >> this.shift)
  }

  offset(address: bigint): number {
    return Number(address & this.mask)
  }

  address(page: number): bigint {
    return BigInt(page) << this.shift
  }

  /** Pages that `bytes` need. @throws LabError */
  pages(bytes: number | bigint, what = 'length'): number {
    const valid =
      typeof bytes === 'bigint'
        ? bytes >= 0n && bytes < this.space
        : Number.isSafeInteger(bytes) && bytes >= 0
    if (!valid) throw new LabError(`${what}: ${String(bytes)}; give a whole number of bytes, 0 or more`)
    return Number((BigInt(bytes) + this.mask) >> this.shift)
  }
}
