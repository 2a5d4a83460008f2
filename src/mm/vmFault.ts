/**
 * struct vm_fault: where a fault is and what was found there. One per kernel, refilled by every fault.
 */
import { ACCESS_READ } from '../hw/walker.ts'
import { VMA } from '../pgtable/fields.ts'
import { emitField } from '../pgtable/record.ts'
import { OBJ } from '../trace/schema.ts'
import { prepareAnonVma } from './anonVmas.ts'
import type { Kernel } from './kernel.ts'
import type { Process } from './process.ts'
import type { Vma } from './vma.ts'

export class VmFault {
  process!: Process
  vma!: Vma
  /** Virtual page number, and its halves for the tables. */
  vpn = 0
  vpnLo = 0
  vpnHi = 0
  access = ACCESS_READ
  /** The entry above the pte: table and index. */
  pmdTable = 0
  pmdIndex = 0
  /** A pte table allocated before it is known whether it is needed (prealloc_pte), or 0. */
  prealloc = 0
  /** The pte table and entry, and the entry's value when the fault began (orig_pte). */
  table = 0
  index = 0
  lo = 0
  hi = 0
}

/** vmf_anon_prepare: the VMA at the fault gets an anon_vma. */
export function vmfAnonPrepare(kernel: Kernel): void {
  const { vma, process } = kernel.vmf
  const anon = prepareAnonVma(process.mm.vmas, vma, () => kernel.newAnonVmaId())
  if (kernel.trace.active) emitField(kernel.trace, OBJ.vma, vma.id, VMA.anon_vma, 0, anon.id)
}
