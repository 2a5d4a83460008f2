/** The replica's CPUs and TLBs are the machine's, whatever they do. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Kernel } from '../mm/kernel.ts'
import { FIELDS, OBJ } from '../trace/schema.ts'
import { SLOT, SLOT_WORDS } from '../trace/replica/tlb.ts'
import type { State } from '../trace/replica.ts'
import type { Machine, MachineSpec, Process } from './api.ts'
import { benchOf, type LabMachine } from './machine.ts'
import { watched } from './watched.fixture.ts'

const PAGES = 700

interface Move {
  kind: 'run' | 'idle' | 'kthread' | 'write' | 'unmap' | 'protect' | 'fork' | 'exit' | 'wipe'
  who: number
  cpu: number
  at: number
}

const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.constantFrom(
    'run',
    'idle',
    'kthread',
    'write',
    'write',
    'unmap',
    'protect',
    'fork',
    'exit',
    'wipe',
  ),
  who: fc.nat(5),
  cpu: fc.nat(2),
  at: fc.nat(PAGES - 1),
})

function play(machine: Machine, moves: readonly Move[]): void {
  const size = machine.arch.PAGE_SIZE
  const thread = machine.kthread('kworker')
  const first = machine.spawn('a')
  const base = first.mmap({ length: PAGES * size })
  const alive = (): Process[] => machine.processes
  for (const { kind, who, cpu, at } of moves) {
    const task = alive()[who % alive().length]
    const target = machine.cpu(cpu)
    const page = base + BigInt(at * size)
    if (kind === 'idle') target.idle()
    else if (kind === 'kthread') target.run(thread)
    else if (kind === 'run') target.run(task)
    else if (kind === 'write') target.run(task, () => quietly(() => task.write(page)))
    else if (kind === 'unmap') target.run(task, () => task.munmap(page, 3 * size))
    else if (kind === 'protect') target.run(task, () => quietly(() => task.mprotect(page, size, 'r')))
    else if (kind === 'wipe') target.run(task, () => quietly(() => task.madvise(page, 40 * size, 'DONTNEED')))
    else if (kind === 'fork' && alive().length < 9) target.run(task, () => task.fork())
    else if (kind === 'exit' && alive().length > 1) target.run(task, () => task.exit())
  }
}

/** A signal or an errno is as good as success here. */
function quietly(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof Error) || !('errno' in error || 'signal' in error)) throw error
  }
}

function live(kernel: Kernel) {
  return kernel.cpus.map((cpu) => {
    const entries: number[][] = []
    cpu.tlb.forEach((e) =>
      entries.push([e.slot, e.vpnLo, e.vpnHi, e.pageShift, e.tag === -1 ? -1 : e.tag, e.pfn]),
    )
    const upper: number[][] = []
    cpu.tlb.upper?.forEach(({ slot, tag, table, depth }) => upper.push([slot, tag, table, depth]))
    cpu.tlb.invalid?.forEach(({ slot, tag, vpnLo, vpnHi }) =>
      upper.push([slot, tag, vpnLo + vpnHi * 2 ** 32, 0]),
    )
    const { loadedMm, activeMm, process } = cpu
    return {
      entries,
      upper: sorted(upper),
      loadedMm,
      activeMm,
      lazy: cpu.lazy ? 1 : 0,
      process,
      tag: cpu.tag,
    }
  })
}

function told(state: State, cpus: number) {
  return Array.from({ length: cpus }, (_, cpu) => {
    const { words } = state.tlb(cpu)
    const entries: number[][] = []
    for (let slot = 0; slot * SLOT_WORDS < words.length; slot++) {
      const at = slot * SLOT_WORDS
      if (words[at] === 0) continue
      const hiPerm = words[at + SLOT.vpnHiPerm]
      entries.push([
        slot,
        words[at + SLOT.vpnLo],
        hiPerm & 0xfffff,
        words[at + SLOT.log2Pages],
        words[at + SLOT.tag],
        words[at + SLOT.frame],
      ])
    }
    const upper = state
      .upper(cpu)
      .entries.map(({ slot, tag, table, depth, page }) => [slot, tag, depth === 0 ? page : table, depth])
    const field = (name: (typeof FIELDS.cpu)[number]): number =>
      state.objects.lo(OBJ.cpu, cpu, FIELDS.cpu.indexOf(name))
    return {
      entries,
      upper: sorted(upper),
      loadedMm: field('loaded_mm'),
      activeMm: field('active_mm'),
      lazy: field('is_lazy'),
      process: field('process'),
      tag: field('tag'),
    }
  })
}

function sorted(rows: number[][]): string[] {
  return rows.map((row) => row.join(' ')).sort()
}

const MACHINES: MachineSpec[] = [
  { arch: 'x86_64' },
  { arch: 'x86_64', features: { pcid: false } },
  { arch: 'x86_64', features: { pti: true } },
  { arch: 'arm64', tlb: { asidBits: 4 } },
  { arch: 'arm64', features: { kpti: true }, tlb: { asidBits: 5 } },
  { arch: 'riscv64', tlb: { asidBits: 0, keepsInvalid: true } },
  { arch: 'riscv64', tlb: { asidBits: 4, keepsInvalid: true } },
  { arch: 'mips64-4k', tlb: { asidBits: 4 } },
  { arch: 'ppc-8xx-4k' },
  { arch: 'ppc64' },
  { arch: 's390' },
  { arch: 'sparc64' },
  { arch: 'openrisc', tlb: { entries: 16, ways: 2 } },
]

describe('CPUs and TLBs of a replica', () => {
  it.each(MACHINES)('$arch $features $tlb', (spec) => {
    const property = fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
      const { machine, read } = watched({ cpus: 3, memory: 2 ** 28, ...spec })
      play(machine, moves)
      const { kernel } = benchOf(machine as LabMachine)
      const { replica, trace } = read()
      expect(told(replica.at(trace.length - 1), 3)).toEqual(live(kernel))
      expect(machine.dmesg).toEqual([])
    })
    fc.assert(property, { numRuns: 12, seed: 7 })
  })
})
