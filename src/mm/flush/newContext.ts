/**
 * As calling others, but what would be a large flush gives the mm a new tag instead (drop_mmu_context; mips, loongarch,
 * sh, arc, alpha, xtensa). Some also take the tags on other CPUs away without a call when nobody else runs in the mm: what
 * those TLBs hold cannot be reached any more.
 */
import type { Cpu } from '../../hw/cpu.ts'
import { MM } from '../../pgtable/fields.ts'
import { TLB_REASON } from '../../trace/schema.ts'
import { CallOthers } from './call.ts'
import { dropOn } from './onCpu.ts'
import { isWhole, type FlushRequest } from './request.ts'

export class NewContext extends CallOthers {
  override flush(request: FlushRequest): void {
    const { kernel } = this
    if (!this.mayTakeAway(request)) return super.flush(request)
    for (const cpu of kernel.cpus) {
      if (cpu === kernel.cpu || kernel.contexts.tagOf(request.mm, cpu) < 0) continue
      if (!kernel.flush.loses(cpu, request)) kernel.contexts.newContext(request.mm, cpu)
    }
    this.drop(kernel.cpu, request, TLB_REASON.localMmShootdown)
  }

  protected override drop(cpu: Cpu, request: FlushRequest, reason: number): void {
    if (isWhole(request)) this.kernel.contexts.newContext(request.mm, cpu)
    else dropOn(this.kernel, cpu, request, reason)
  }

  /** atomic_read(&mm->mm_users) == 1 && current->mm == mm */
  private mayTakeAway({ mm }: FlushRequest): boolean {
    const { spec } = this.kernel.flush
    return spec.soleUser && mm.get(MM.mm_users) <= 1 && this.kernel.cpu.loadedMm === mm.id
  }
}
