/**
 * struct mm_struct: the address space of a process.
 */
import type { TableOwner } from '../pgtable/mm.ts'
import { MM } from '../pgtable/fields.ts'
import { Fields } from '../pgtable/record.ts'
import { FIELDS, KIND, OBJ } from '../trace/schema.ts'
import type { YieldPoints } from '../hw/yieldPoints.ts'
import type { Recorder } from '../trace/recorder.ts'
import { RwLock } from './rwLock.ts'
import type { UnitName } from './layout/units.ts'
import type { Vma } from './vma.ts'
import type { VmaContext, VmaRules } from './vmaContext.ts'
import { VmaRecord } from './vmaRecord.ts'
import { VmaSet } from './vmaSet.ts'

/** What the kernel does for the VMAs of its mms. */
export interface MmHost {
  readonly points: YieldPoints
  newVmaId(): number
  newAnonVmaId(): number
  splitAtBorder(mm: MmStruct, vma: Vma, page: number): void
}

const NO_ASIDS = new Float64Array(0)

export class MmStruct extends Fields implements TableOwner {
  pgd = 0
  top = 0
  /** mm_cpumask as bits, in words of 32 CPUs. */
  readonly cpumaskWords: Uint32Array
  /** context.asid[]: by CPU, where each CPU hands out its own. */
  asids: Float64Array = NO_ASIDS
  readonly vmas = new VmaSet()
  /** What changing this mm's VMAs needs. */
  readonly context: VmaContext
  /** CPUs that may hold translations of this mm (mm_cpumask). */
  readonly cpumask: Uint8Array
  readonly mmapLock: RwLock

  constructor(trace: Recorder, id: number, cpus: number, rules: VmaRules, host: MmHost) {
    super(trace, OBJ.mm, id, FIELDS.mm.length)
    this.cpumaskWords = new Uint32Array(2 * Math.ceil(cpus / 64))
    this.cpumask = new Uint8Array(cpus)
    this.mmapLock = new RwLock(host.points, id)
    this.context = {
      set: this.vmas,
      observer: new VmaRecord(trace, this),
      rules,
      newVmaId: () => host.newVmaId(),
      newAnonVmaId: () => host.newAnonVmaId(),
      splitHuge: (vma, page) => host.splitAtBorder(this, vma, page),
    }
    trace.emit(KIND.OBJ_NEW, 0, OBJ.mm, id, 0, 0, 0, 0)
  }

  /** Takes its locks in `work` as the code of one compilation unit finds them (layout/). */
  lockedBy<T>(_unit: UnitName, work: () => T): T {
    return work()
  }

  /** Reads fields in `work` as the code of one compilation unit sees them; mostly all agree about the struct. */
  seenBy<T>(_unit: UnitName, work: () => T): T {
    return work()
  }

  get ctxId(): number {
    return this.values[MM['context.ctx_id']]
  }

  get tlbGen(): number {
    return this.values[MM['context.tlb_gen']]
  }
}
