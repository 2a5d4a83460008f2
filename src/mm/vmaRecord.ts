/**
 * Puts every change of a VMA into the trace and keeps map_count.
 */
import { MM, VMA } from '../pgtable/fields.ts'
import { emitField } from '../pgtable/record.ts'
import { KIND, OBJ } from '../trace/schema.ts'
import type { Recorder } from '../trace/recorder.ts'
import type { MmStruct } from './mmStruct.ts'
import type { Vma } from './vma.ts'
import { vmClassOf } from './vmFlags.ts'
import type { VmaObserver } from './vmaContext.ts'

export class VmaRecord implements VmaObserver {
  private readonly trace: Recorder
  private readonly mm: MmStruct

  constructor(trace: Recorder, mm: MmStruct) {
    this.trace = trace
    this.mm = mm
  }

  vmaNew(vma: Vma): void {
    const { trace, mm } = this
    mm.set(MM.map_count, mm.vmas.count)
    if (vma.file !== null) vma.file.mapped?.(vma, mm)
    if (!trace.active) return
    trace.emit(KIND.OBJ_NEW, 0, OBJ.vma, vma.id, trace.string(vma.name), mm.id, 0, 0)
    this.vmaField(vma, VMA.vm_start, 0, vma.start)
    this.vmaField(vma, VMA.vm_end, 0, vma.end)
    this.vmaField(vma, VMA.vm_flags, 0, vma.flags)
    this.vmaField(vma, VMA.vm_pgoff, 0, vma.pgoff)
    this.vmaField(vma, VMA.vm_page_prot, 0, vma.prot)
    this.vmaField(vma, VMA.anon_vma, 0, vma.anonVma?.id ?? 0)
    this.vmaField(vma, VMA.vm_file, 0, vma.file?.id ?? 0)
  }

  vmaFree(vma: Vma): void {
    this.mm.set(MM.map_count, this.mm.vmas.count)
    if (this.trace.active) this.trace.emit(KIND.OBJ_FREE, 0, OBJ.vma, vma.id, 0, this.mm.id, 0, 0)
    if (vma.file !== null) vma.file.unmapped?.(vma)
  }

  vmaField(vma: Vma, field: number, old: number, value: number): void {
    if (old !== value && this.trace.active) emitField(this.trace, OBJ.vma, vma.id, field, old, value)
  }
}

/** vm_stat_account: counts pages of a mapping in (or, negative, out of) total_vm and its kind. */
export function accountPages(mm: MmStruct, flags: number, pages: number): void {
  mm.add(MM.total_vm, pages)
  const kind = vmClassOf(flags)
  if (kind !== null) mm.add(MM[kind], pages)
}
