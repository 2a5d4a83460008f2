/**
 * Files of a replayed machine by descriptor number: memfd_create and the calls that recorded programs make on the result.
 */
import { FileObject } from '../../mm/file.ts'
import { doFallocate, doPunchHole, doTruncate, doWrite } from '../../mm/fileOps.ts'
import type { Kernel } from '../../mm/kernel.ts'
import { errnoName } from '../../mm/errno.ts'
import { LabError } from '../errors.ts'
import type { CallResult } from './machine.ts'

export class OpenFiles {
  private readonly files = new Map<number, FileObject>()
  private readonly kernel: Kernel

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  /** memfd_create and ftruncate into descriptor `fd`, which is closed first when it is taken. */
  memfd(fd: number, name: string, size: number): void {
    this.files.get(fd)?.close()
    const file = new FileObject(this.kernel, { name: `/memfd:${name} (deleted)`, size: 0, kind: 'shmem' })
    file.open()
    this.files.set(fd, file)
    doTruncate(this.kernel, file, size)
  }

  /** @throws LabError for a descriptor that is not open. */
  at(fd: number): FileObject {
    const file = this.files.get(fd)
    if (file === undefined) throw new LabError(`file descriptor ${fd} is not open`)
    return file
  }

  ftruncate(fd: number, size: number): CallResult {
    return named(doTruncate(this.kernel, this.at(fd), size))
  }

  /** pwrite of `length` bytes of value `byte`. */
  fwrite(fd: number, offset: number, length: number, byte: number): CallResult {
    const { data } = this.kernel.memory
    const word = (byte * 0x01010101) >>> 0
    const result = doWrite(this.kernel, this.at(fd), offset, length, (frame, from, to) => {
      for (let index = Math.ceil(from / 8); index < Math.floor(to / 8); index++)
        data.write(frame, index, word, word)
    })
    return named(result)
  }

  fallocate(fd: number, offset: number, length: number, mode: 'PUNCH' | 'KEEP_SIZE' | ''): CallResult {
    const file = this.at(fd)
    if (mode === 'PUNCH') return named(doPunchHole(this.kernel, file, offset, length))
    return named(doFallocate(this.kernel, file, offset, length, mode === 'KEEP_SIZE'))
  }
}

function named(result: number): CallResult {
  return result < 0 ? errnoName(result) : result
}
