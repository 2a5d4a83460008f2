/**
 * What the recorded program's user code does besides its operations, because of how its architecture enters and leaves
 * the kernel: the [vdso] is then mapped in a child that never asked for it.
 */
import type { Variant } from '../../arch/variant.ts'
import type { ReplayMachine } from '../../lab/replay/machine.ts'
import type { Target } from './target.ts'

/** i386: system calls go through __kernel_vsyscall (arch/x86/entry/vdso/vdso32/system_call.S). */
function callsThroughVdso({ family, bits }: Variant): boolean {
  return family === 'x86' && bits === 32
}

/** powerpc: handlers are entered through the vdso (arch/powerpc/kernel/signal_64.c: handle_rt_signal64). */
function signalsThroughVdso({ family }: Variant): boolean {
  return family === 'powerpc'
}

/** powerpc: the dumps show that who has the [vdso] mapped has used it again since the last flush, as reading the clock does. */
function readsClock({ family }: Variant): boolean {
  return family === 'powerpc'
}

/** After a fork both sides touch their own pages again; on some architectures the [vdso] with them. */
export function settle(machine: ReplayMachine, target: Target, process: number): void {
  machine.settle(process, target.image)
  if (callsThroughVdso(machine.arch.variant)) enterVdso(machine, target, process)
  if (readsClock(machine.arch.variant)) reenterVdso(machine, target, process)
}

export function deliverSignal(machine: ReplayMachine, target: Target, process: number): void {
  if (signalsThroughVdso(machine.arch.variant)) enterVdso(machine, target, process)
}

function reenterVdso(machine: ReplayMachine, target: Target, process: number): void {
  const vdso = target.image.mappings.find(({ name }) => name === '[vdso]')
  if (vdso !== undefined && machine.page(process, vdso.start).flags.startsWith('P')) enterVdso(machine, target, process)
}

function enterVdso(machine: ReplayMachine, target: Target, process: number): void {
  const vdso = target.image.mappings.find(({ name }) => name === '[vdso]')
  if (vdso !== undefined) machine.touch(process, vdso.start, 1, 1, 0)
}
