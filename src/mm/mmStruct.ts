/**
 * struct mm_struct: the address space of a process.
 */
import type { TableOwner } from '../pgtable/mm.ts'
import { MM } from '../pgtable/fields.ts'
import { Fields } from '../pgtable/record.ts'
import { FIELDS, KIND, OBJ } from '../trace/schema.ts'
import type { Recorder } from '../trace/recorder.ts'
import type { VmaContext, VmaRules } from './vmaContext.ts'
import { VmaRecord } from './vmaRecord.ts'
import { VmaSet } from './vmaSet.ts'

/** Numbers of the machine's VMAs and anon_vmas. */
export interface IdSource {
  newVmaId(): number
  newAnonVmaId(): number
}

export class MmStruct extends Fields implements TableOwner {
  pgd = 0
  top = 0
  readonly vmas = new VmaSet()
  /** What changing this mm's VMAs needs. */
  readonly context: VmaContext
  /** CPUs that may hold translations of this mm (mm_cpumask). */
  readonly cpumask: Uint8Array

  constructor(trace: Recorder, id: number, cpus: number, rules: VmaRules, ids: IdSource) {
    super(trace, OBJ.mm, id, FIELDS.mm.length)
    this.cpumask = new Uint8Array(cpus)
    this.context = {
      set: this.vmas,
      observer: new VmaRecord(trace, this),
      rules,
      newVmaId: () => ids.newVmaId(),
      newAnonVmaId: () => ids.newAnonVmaId(),
    }
    trace.emit(KIND.OBJ_NEW, 0, OBJ.mm, id, 0, 0, 0, 0)
  }

  get ctxId(): number {
    return this.values[MM['context.ctx_id']]
  }

  get tlbGen(): number {
    return this.values[MM['context.tlb_gen']]
  }
}
