/**
 * A file whose pages are all in memory and whose contents nobody looks at: what execve maps of a program, and the pages
 * the kernel itself puts into a process ([vdso]).
 */
import type { PhysicalMemory } from '../hw/memory.ts'
import { PAGE } from '../trace/schema.ts'
import type { MmFile } from './vma.ts'

/** `special`: no page cache behind it (special_mapping_fault), one page per fault. */
export type ResidentKind = 'shmem' | 'special'

export class ResidentFile implements MmFile {
  readonly id: number
  readonly name: string
  /** Nobody asks past its end. */
  readonly size = Infinity
  readonly mapsAround: boolean
  private readonly page: number
  private readonly frames = new Map<number, number>()

  constructor(id: number, name: string, kind: ResidentKind) {
    this.id = id
    this.name = name
    this.mapsAround = kind === 'shmem'
    this.page = kind === 'shmem' ? PAGE.shmem : PAGE.file
  }

  /** Frame of page `index` of the file, or −1 when memory is out. The file holds one reference of each. */
  frameAt(memory: PhysicalMemory, index: number): number {
    const known = this.frames.get(index)
    if (known !== undefined) return known
    const frame = memory.allocPages(0, this.page)
    if (frame >= 0) this.frames.set(index, frame)
    return frame
  }
}
