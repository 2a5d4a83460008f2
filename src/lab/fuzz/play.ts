/**
 * One history on one machine: every step against the model, every invariant after it.
 */
import { high, low } from '../../mm/pages.ts'
import type { Kernel } from '../../mm/kernel.ts'
import { Recorder } from '../../trace/recorder.ts'
import { buildKernel, plan } from '../build.ts'
import { Calls } from '../calls.ts'
import { LabMachine } from '../machine.ts'
import type { MachineSpec } from '../api.ts'
import { violations } from './invariants.ts'
import { Fuzz, type Step } from './steps.ts'

/** @throws Error that says after which step what was wrong. `prepare` may break the machine first. */
export function play(
  spec: MachineSpec,
  sequence: readonly Step[],
  prepare: (machine: LabMachine) => void = () => {},
): void {
  const planned = plan({ cpus: 4, memory: 2 ** 30, config: { thp: 'always' }, ...spec })
  const kernel = buildKernel(planned, new Recorder('off'))
  const calls = new Calls(kernel.trace, () => ({ file: '', line: 0, column: 0 }))
  const machine = new LabMachine(kernel, planned, calls)
  prepare(machine)
  const init = machine.spawn('init')
  const free = kernel.memory.allocator.free
  const fuzz = new Fuzz(machine)
  for (const [i, step] of sequence.entries()) {
    fuzz.run(step)
    fuzz.compare()
    if (i % 8 === 7) fuzz.compareContents((pid, page) => peek(kernel, pid, page))
    const broken = violations(kernel)
    if (broken.length > 0) throw new Error(`step ${i} (${step.kind}): ${broken.slice(0, 4).join('; ')}`)
  }
  fuzz.end()
  for (const process of [...machine.processes]) if (process !== init) process.exit()
  // CPUs that went idle keep the last address space until a task with another one runs there.
  for (let cpu = 0; cpu < machine.cpus; cpu++) machine.cpu(cpu).run(init, () => {})
  const kept = kernel.hugeZero < 0 ? 0 : kernel.arch.hpagePmdNr
  if (kernel.memory.allocator.free + kept !== free)
    throw new Error(`P11: ${free - kept - kernel.memory.allocator.free} pages were not given back`)
  if (kernel.dmesg.length > 0) throw new Error(`P2: ${kernel.dmesg.join('; ')}`)
}

/** First word of a page as the process would read it; null where nothing is mapped yet. */
function peek(kernel: Kernel, pid: number, page: number): bigint | null {
  const process = kernel.processes.find((candidate) => candidate.pid === pid)!
  const { walker, memory } = kernel
  if (!walker.find(process.mm.pgd, process.mm.top, low(page), high(page))) return null
  const level = kernel.pt.levels[walker.depth]
  if (!level.leaf!.isPresent(walker.lo, walker.hi)) return null
  const frame = level.leaf!.pfn(walker.lo, walker.hi) + (page % level.pages)
  return (BigInt(memory.data.readHi(frame, 0)) << 32n) | BigInt(memory.data.readLo(frame, 0))
}
