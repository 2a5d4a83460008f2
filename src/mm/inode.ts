/**
 * What every file has (struct inode and its struct address_space, 6.12): a size, who maps it and who has it open. Nobody
 * has a name for it, so it goes with its last user.
 */
import { FILE } from '../pgtable/fields.ts'
import { Fields } from '../pgtable/record.ts'
import { FIELDS, KIND, OBJ } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import type { MmFile, Vma } from './vma.ts'

export abstract class Inode extends Fields implements MmFile {
  readonly name: string
  readonly device: number
  /** VMAs that map the file, private ones too, with their mm (i_mmap). */
  readonly mappings = new Map<Vma, MmStruct>()
  protected readonly kernel: Kernel
  private descriptors = 0

  /** `size` in bytes. */
  constructor(kernel: Kernel, name: string, device: number, size: number) {
    const id = kernel.newFileId()
    super(kernel.trace, OBJ.file, id, FIELDS.file.length)
    this.kernel = kernel
    this.name = name
    this.device = device
    this.trace.emit(KIND.OBJ_NEW, 0, OBJ.file, id, this.trace.string(name), 0, 0, 0)
    this.set(FILE.ino, id)
    this.set(FILE.s_dev, device)
    this.size = size
  }

  /** Takes the pages [from, to) out of the page cache, in units of its pages; they are unmapped already. */
  abstract drop(from: number, to: number): void

  /** i_size in bytes */
  get size(): number {
    return this.get(FILE.size)
  }

  set size(bytes: number) {
    this.set(FILE.size, bytes)
  }

  /** A VMA that maps the file is in its mm. */
  mapped(vma: Vma, mm: MmStruct): void {
    this.mappings.set(vma, mm)
  }

  /** A VMA that mapped the file has left its mm, and its pages are unmapped. */
  unmapped(vma: Vma): void {
    this.mappings.delete(vma)
    this.evictUnused()
  }

  get isOpen(): boolean {
    return this.descriptors > 0
  }

  /** One more open descriptor. */
  open(): void {
    this.descriptors++
  }

  /** close(2) */
  close(): void {
    this.descriptors--
    this.evictUnused()
  }

  /** evict_inode: the last user takes the pages along. */
  private evictUnused(): void {
    if (this.descriptors > 0 || this.mappings.size > 0) return
    this.drop(0, Infinity)
    this.trace.emit(KIND.OBJ_FREE, 0, OBJ.file, this.id, 0, 0, 0, 0)
  }
}
