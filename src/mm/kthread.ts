/**
 * Kernel threads: tasks without an mm (kernel/kthread.c). They run on whatever address space the CPU has.
 */
import { Fields } from '../pgtable/record.ts'
import { FIELDS, KIND, OBJ } from '../trace/schema.ts'
import type { Kernel } from './kernel.ts'

export class Kthread extends Fields {
  readonly name: string

  constructor(kernel: Kernel, name: string) {
    super(kernel.trace, OBJ.process, kernel.nextPid++, FIELDS.process.length)
    this.name = name
    kernel.trace.emit(KIND.OBJ_NEW, 0, OBJ.process, this.id, kernel.trace.string(name), 0, 0, 0)
  }

  get pid(): number {
    return this.id
  }
}
