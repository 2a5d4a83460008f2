import fc from 'fast-check'
import { describe, it } from 'vitest'
import { Recorder } from '../../trace/recorder.ts'
import type { Kernel } from '../../mm/kernel.ts'
import { high, low } from '../../mm/pages.ts'
import { buildKernel, plan } from '../build.ts'
import { Calls } from '../calls.ts'
import { LabMachine } from '../machine.ts'
import { violations } from './invariants.ts'
import { Fuzz, steps, type Step } from './steps.ts'
import { REGRESSIONS } from './regressions.ts'

const VARIANTS = [
  'x86-64-4level',
  'x86-64-5level-la57on',
  'x86-pae',
  'x86-2level',
  'arm64-4k-va48',
  'arm64-16k-va47',
  'riscv64-sv39',
  's390-3level',
  'arm-2level',
  'ppc64-radix-64k',
  'mips64-4k',
  'loongarch-16k-3level',
]
/** Operations in all; `npm run fuzz -- --ops N` sets it. */
const OPS = Number(process.env.PTLAB_FUZZ_OPS ?? 30000)
/** Seed of the first round; the same everywhere unless asked otherwise, so that a failure comes back. */
const SEED = Number(process.env.PTLAB_FUZZ_SEED ?? 1)
const ROUND = 20
const LENGTH = 150

function play(variant: string, sequence: readonly Step[]): void {
  const planned = plan({ arch: variant, cpus: 2, memory: 2 ** 30, config: { thp: 'always' } })
  const kernel = buildKernel(planned, new Recorder('off'))
  const machine = new LabMachine(
    kernel,
    planned,
    new Calls(kernel.trace, () => ({ file: '', line: 0, column: 0 })),
  )
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
  for (const process of [...machine.processes]) if (process !== init) process.exit()
  // CPUs that went idle keep the last address space until a task with another one runs there.
  for (let cpu = 0; cpu < machine.cpus; cpu++) machine.cpu(cpu).run(init, () => {})
  const kept = kernel.hugeZero < 0 ? 0 : 2 ** kernel.arch.hpageOrder
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
  const frame = level.leaf!.pfn(walker.lo, walker.hi) + (page % 2 ** level.pageShift)
  return (BigInt(memory.data.readHi(frame, 0)) << 32n) | BigInt(memory.data.readLo(frame, 0))
}

describe('any history of operations, against a naive model of memory', () => {
  it.each(VARIANTS)('%s', { timeout: 0 }, (variant) => {
    let done = 0
    const property = fc.property(steps(LENGTH), (sequence) => {
      play(variant, sequence)
      done += sequence.length
    })
    for (let seed = SEED; done < OPS / VARIANTS.length; seed++) fc.assert(property, { numRuns: ROUND, seed })
  })
  it.each(REGRESSIONS)('once failed: $variant $why', ({ variant, sequence }) => play(variant, sequence))
})
