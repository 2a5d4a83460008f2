/** Machines and threads for tests of races. */
import type { TraceSink } from '../../trace/recorder.ts'
import type { Machine, MachineSpec, Process } from '../api.ts'
import { createLab, type Lab } from '../index.ts'

const PUD = 2 ** 30
const PAGE = 4096

/** A lab whose machine has two CPUs. */
export function raceLab(spec: MachineSpec = {}, sink: TraceSink = () => {}): Lab {
  return createLab({
    spec: { cpus: 2, ...spec },
    scenario: 'race',
    seed: 1,
    traceLevel: 'full',
    sink,
    locate: () => ({ file: 'a.ts', line: 7, column: 3 }),
  })
}

export interface Threads {
  a: Process
  b: Process
  at: bigint
}

/** Two threads of one process, and a mapping of `length` bytes whose pud entry is empty beside one that is not. */
export function threads(machine: Machine, length: number): Threads {
  const a = machine.spawn('a')
  const b = a.clone({ vm: true, name: 'b' })
  const home = a.mmap({ addr: 64 * PUD, length: PAGE, fixed: true })
  a.write(home)
  return { a, b, at: a.mmap({ addr: 66 * PUD, length, fixed: true }) }
}
