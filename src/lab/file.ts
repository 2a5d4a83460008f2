/**
 * Files as scenarios see them.
 */
import { errnoName } from '../mm/errno.ts'
import { type AnyFile, doFallocate, doPunchHole, doTruncate, doWrite, storeWord } from '../mm/fileOps.ts'
import type { Address, File, FileWriteArgs } from './api.ts'
import { LabError, LinuxError } from './errors.ts'
import type { Bench } from './machine.ts'

const kernelSide = new WeakMap<object, AnyFile>()

/** The simulated file behind an API object. @throws LabError for anything else, LinuxError EBADF after close(). */
export function kernelFile(file: File): AnyFile {
  const found = kernelSide.get(file)
  if (found === undefined)
    throw new LabError('file: give a file of this machine, as memfd() or file() returned it')
  if (!found.isOpen) throw new LinuxError(`${found.name}`, 'EBADF')
  return found
}

export class LabFile implements File {
  readonly name: string
  readonly #bench: Bench
  readonly #file: AnyFile

  constructor(bench: Bench, file: AnyFile) {
    this.name = file.name
    this.#bench = bench
    this.#file = file
    kernelSide.set(this, file)
    Object.freeze(this)
  }

  /** How the trace shows it among the arguments of a call. */
  toString(): string {
    return this.name
  }

  get size(): number {
    return this.#file.size
  }

  get pages(): number {
    return this.#file.resident
  }

  frame(offset: number): number | null {
    const frame = this.#file.cached(Math.floor(bytes(offset, 'offset') / this.#bench.kernel.arch.pageSize))
    return frame < 0 ? null : frame
  }

  truncate(size: number): void {
    this.#call('truncate', [size], (file) => doTruncate(this.#bench.kernel, file, bytes(size, 'size')))
  }

  write(offset: number, length: number, args: FileWriteArgs = {}): void {
    const { kernel, addresses } = this.#bench
    const value = args.value === undefined ? null : addresses.parse(args.value, 'value')
    this.#call('write', [offset, length], (file) =>
      doWrite(kernel, file, bytes(offset, 'offset'), bytes(length, 'length'), (frame, from) => {
        if (value === null) return
        const [lo, hi] = [Number(value & 0xffff_ffffn), Number((value >> 32n) & 0xffff_ffffn)]
        storeWord(kernel, frame, from >>> 3, lo, hi)
      }),
    )
  }

  punch(offset: number, length: number): void {
    this.#call('punch', [offset, length], (file) =>
      doPunchHole(this.#bench.kernel, file, bytes(offset, 'offset'), bytes(length, 'length')),
    )
  }

  allocate(offset: number, length: number, args: { keepSize?: boolean } = {}): void {
    const keep = args.keepSize === true
    this.#call('allocate', [offset, length], (file) =>
      doFallocate(this.#bench.kernel, file, bytes(offset, 'offset'), bytes(length, 'length'), keep),
    )
  }

  close(): void {
    this.#call('close', [], (file) => {
      file.close()
      return 0
    })
  }

  /** One operation on the open file. `work` returns 0 or a negative errno. */
  #call(call: string, args: readonly number[], work: (file: AnyFile) => number): void {
    const text = `${this.name}.${call}`
    this.#bench.calls.run(
      0,
      () => `${text}(${args.join(', ')})`,
      () => {
        const file = this.#file
        if (!file.isOpen) throw new LinuxError(text, 'EBADF')
        const result = work(file)
        if (result < 0) throw new LinuxError(text, errnoName(result))
      },
      () => '',
    )
  }
}

/** @throws LabError for what is no count of bytes. */
export function bytes(value: Address, what: string): number {
  const count = Number(value)
  if (Number.isSafeInteger(count) && count >= 0) return count
  throw new LabError(`${what}: ${String(value)}; give a whole number of bytes, 0 or more`)
}
