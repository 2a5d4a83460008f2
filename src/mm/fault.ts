/**
 * User page faults: handle_mm_fault and handle_pte_fault (mm/memory.c, 6.12; DIGEST G.1).
 */
import { ACCESS_EXEC, ACCESS_WRITE, indexOf } from '../hw/walker.ts'
import { FAULT, KIND, VM } from '../trace/schema.ts'
import { doAnonymousPage } from './anonymous.ts'
import { done, fail } from './faultEnd.ts'
import { doFault } from './fileFault.ts'
import { lockPte } from './lockPte.ts'
import { hugetlbFault } from './hugetlb.ts'
import { FALLBACK, hugePmdFault } from './hugeFault.ts'
import type { Kernel } from './kernel.ts'
import type { MmStruct } from './mmStruct.ts'
import { high, low } from './pages.ts'
import type { Process } from './process.ts'
import { BUS_ADRERR, OK, OOM, SEGV_ACCERR, SEGV_MAPERR, USERFAULT } from './signals.ts'
import { expandStack } from './stack.ts'
import { arm } from './uffdWp.ts'
import { deliver } from './userfault.ts'
import type { Vma } from './vma.ts'
import { doWpPage } from './wp.ts'

const ERROR_PROTECTION = 1
const ERROR_WRITE = 2
const ERROR_USER = 4
const ERROR_FETCH = 16

/** Resolves a fault of `process` at page `vpn`; returns OK or the way it ends. `present`: an entry forbade the access. */
export function handleUserFault(
  kernel: Kernel,
  process: Process,
  vpn: number,
  access: number,
  present: boolean,
): number {
  const { vmf } = kernel
  if (vmf.process !== process) vmf.process = process
  vmf.vpn = vpn
  vmf.vpnLo = low(vpn)
  vmf.vpnHi = high(vpn)
  vmf.access = access
  announce(kernel, access, present)
  const { mm } = process
  mm.mmapLock.readLock()
  const ending = faultInVma(kernel, mm)
  mm.mmapLock.unlock()
  if (ending === USERFAULT) return ending
  if (ending !== OK) return fail(kernel, ending)
  process.minFlt++
  kernel.pgfault++
  return OK
}

function faultInVma(kernel: Kernel, mm: MmStruct): number {
  const { vmf } = kernel
  const { vpn } = vmf
  let vma = mm.vmas.find(vpn)
  if (vma !== null && vma.start > vpn && !expandStack(kernel, mm, vma, vpn)) vma = null
  if (vma === null) return SEGV_MAPERR
  if (!allowed(vma.flags, vmf.access)) return SEGV_ACCERR
  if (vmf.vma !== vma) vmf.vma = vma
  return handleMmFault(kernel)
}

/** faultin_page (mm/gup.c): the kernel faults a page of `vma` in by itself, whatever user code may do; no signal is sent. */
export function faultInPage(kernel: Kernel, process: Process, vma: Vma, vpn: number, access: number): number {
  const { vmf } = kernel
  vmf.process = process
  vmf.vpn = vpn
  vmf.vpnLo = low(vpn)
  vmf.vpnHi = high(vpn)
  vmf.access = access
  vmf.vma = vma
  const ending = handleMmFault(kernel)
  if (ending === USERFAULT) return deliver(kernel, process, vpn) ? OK : USERFAULT
  if (ending !== OK) return ending
  process.minFlt++
  kernel.pgfault++
  return OK
}

function announce(kernel: Kernel, access: number, present: boolean): void {
  const { trace, vmf } = kernel
  if (!trace.active) return
  const kind = access === ACCESS_WRITE ? ERROR_WRITE : access === ACCESS_EXEC ? ERROR_FETCH : 0
  trace.emit(
    KIND.PAGE_FAULT_USER,
    ERROR_USER | kind | (present ? ERROR_PROTECTION : 0),
    0,
    0,
    0,
    0,
    vmf.vpnLo,
    vmf.vpnHi,
  )
}

function handleMmFault(kernel: Kernel): number {
  const { vmf } = kernel
  const { mm } = vmf.process
  if (vmf.vma.flags & VM.HUGETLB) return hugetlbFault(kernel)
  vmf.table = kernel.walker.near(mm.pgd, vmf.vpnLo, vmf.vpnHi)
  return vmf.table === 0 ? fromTop(kernel) : handlePteFault(kernel)
}

/** __handle_mm_fault: what is missing on the way down is made. */
function fromTop(kernel: Kernel): number {
  const { pt, vmf } = kernel
  const { mm } = vmf.process
  vmf.pmdTable = pt.pmdAlloc(mm, vmf.vpnLo, vmf.vpnHi)
  if (vmf.pmdTable === 0) return OOM
  vmf.pmdIndex = indexOf(pt.levels[pt.last - 1], vmf.vpnLo, vmf.vpnHi)
  vmf.table = pt.child(vmf.pmdTable, vmf.pmdIndex)
  if (vmf.table === 0) {
    const ending = hugePmdFault(kernel)
    if (ending !== FALLBACK) return ending
    if (vmf.vma.file !== null) return doFault(kernel, vmf.vma.file)
    vmf.table = pt.pteAlloc(mm, vmf.pmdTable, vmf.pmdIndex)
    if (vmf.table === 0) return isHugeNow(kernel) ? OK : OOM
  }
  kernel.walker.stay(mm.pgd, vmf.table, vmf.vpnLo, vmf.vpnHi)
  return handlePteFault(kernel)
}

/** Another CPU mapped a huge page here while this one allocated a table: the access is tried again. */
function isHugeNow({ memory, vmf, pt }: Kernel): boolean {
  const at = memory.tables.at(vmf.pmdTable, vmf.pmdIndex)
  return pt.levels[pt.last - 1].table!.isLeaf(memory.tables.words[at], memory.tables.words[at + 1])
}

function handlePteFault(kernel: Kernel): number {
  const { pt, memory, vmf } = kernel
  vmf.index = indexOf(pt.levels[pt.last], vmf.vpnLo, vmf.vpnHi)
  const at = memory.tables.at(vmf.table, vmf.index)
  vmf.lo = memory.tables.words[at]
  vmf.hi = memory.tables.words[at + 1]
  const { pte } = kernel.arch
  if (pte.isNone(vmf.lo, vmf.hi)) return doPteMissing(kernel)
  return pte.isPresent(vmf.lo, vmf.hi) ? doPtePresent(kernel) : doMarker(kernel)
}

/** handle_pte_marker: the page comes in protected, unless the range is no longer registered. */
function doMarker(kernel: Kernel): number {
  const { vmf } = kernel
  const ending = doPteMissing(kernel)
  if (ending === OK && vmf.vma.flags & VM.UFFD_WP) arm(kernel, vmf.table, vmf.index)
  return ending
}

function doPteMissing(kernel: Kernel): number {
  const { file, flags } = kernel.vmf.vma
  if (file !== null) return doFault(kernel, file)
  if (flags & VM.SHARED) return BUS_ADRERR
  return doAnonymousPage(kernel)
}

/** The entry is there: write permission, or the young and dirty bits. */
function doPtePresent(kernel: Kernel): number {
  const { vmf } = kernel
  const { pte } = kernel.arch
  const write = vmf.access === ACCESS_WRITE
  if (!lockPte(kernel)) return done(kernel, FAULT.spurious, 0, 0)
  let { lo, hi } = vmf
  if (write) {
    if (!pte.isWrite(lo, hi)) return doWpPage(kernel)
    lo = pte.mkdirty(lo, hi)
    hi = pte.hi
  }
  lo = pte.mkyoung(lo, hi)
  hi = pte.hi
  if (((lo ^ vmf.lo) | (hi ^ vmf.hi)) === 0) return done(kernel, FAULT.spurious, 0, 0)
  kernel.memory.tables.set(vmf.table, vmf.index, lo, hi, 0)
  return done(kernel, write ? FAULT.dirtyFlag : FAULT.accessFlag, pte.pfn(lo, hi), 0)
}

/** access_error (arch/x86/mm/fault.c, 6.12): what the VMA forbids. */
function allowed(flags: number, access: number): boolean {
  if (access === ACCESS_WRITE) return (flags & VM.WRITE) !== 0
  if (access === ACCESS_EXEC) return (flags & VM.EXEC) !== 0
  return (flags & (VM.READ | VM.WRITE | VM.EXEC)) !== 0
}
