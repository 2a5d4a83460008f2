/**
 * What every scheme of address-space tags can do (asm/mmu_context.h). One per machine; src/arch/context.ts says which.
 */
import type { Cpu } from '../../hw/cpu.ts'
import type { MmStruct } from '../mmStruct.ts'

/** What a switch must drop from the CPU's TLB before the new address space is used. */
export const DROP_NOTHING = 0
/** Everything under the new tag. */
export const DROP_TAG = 1
/** Everything but global entries. */
export const DROP_ALL = 2
/** Everything, because the numbers begin anew. */
export const DROP_ROLLOVER = 3

export interface Contexts {
  /** init_new_context: once for every new mm, before it runs anywhere. */
  init(mm: MmStruct): void
  /** destroy_context: the mm is freed. No CPU has it loaded. */
  destroy(mm: MmStruct): void
  /**
   * Tag under which the user's translations of `mm` may be in the TLB of `cpu`, whether it has the mm loaded or not; −1:
   * none, there is nothing to flush by tag.
   */
  tagOf(mm: MmStruct, cpu: Cpu): number
  /**
   * switch_mm: chooses `cpu.tag` (and `cpu.slot`) for `mm`, which `cpu` is about to load. Returns DROP_* : what the caller
   * (switch.ts) must flush and record.
   */
  switchTo(mm: MmStruct, cpu: Cpu): number
  /**
   * drop_mmu_context: instead of flushing, forgets the tag that `mm` has on `cpu`. Where the mm is loaded there, it gets a
   * fresh one at once, and what that needs is flushed. Schemes that cannot do so flush the tag.
   */
  newContext(mm: MmStruct, cpu: Cpu): void
}
