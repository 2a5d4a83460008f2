/**
 * A tiny run before the first real one. It compiles the lab's code, and it freezes the prototypes of everything that
 * scenarios are handed: objects are frozen as they are made, their classes here, once for the whole realm.
 */
import type { CreateLab, Lab } from './lab.ts'

export function warmUp(createLab: CreateLab): void {
  const lab = createLab({
    spec: {},
    scenario: 'warm up',
    seed: 1,
    traceLevel: 'full',
    sink: () => undefined,
    locate: () => ({ file: '', line: 0, column: 0 }),
  })
  harden(lab.context)
  for (const sample of samples(lab)) harden(sample)
  lab.finish()
}

/** At least one of each kind of object that the API returns or throws. */
function* samples({ context }: Lab): Generator<unknown> {
  const { machine, chart, random, expect } = context
  const process = machine.spawn('warm')
  const at = process.mmap({ length: 1 << 20 })
  process.write(at, { count: 16 })
  process.read(at)
  const child = process.fork('child')
  child.write(at)
  yield process
  yield [process.mm, process.mm.rss, process.vmas, process.tables, process.tables.perLevel]
  yield [
    process.pte(at),
    process.walk(at),
    process.pagemap(at, 4096),
    machine.processes,
    machine.dmesg,
    machine.vmstat,
    machine.arch,
  ]
  const cpu = machine.cpu(0)
  yield [cpu, cpu.tlb, cpu.tlb.entries, cpu.tlb.lookup(at)]
  yield [chart.series('warm'), random.shuffle([1, 2]), expect(1), expect(1).not]
  for (const wrong of [
    () => process.mmap({ length: 0 }),
    () => process.read(0),
    () => process.mmap({} as never),
    () => context.skip(''),
  ]) {
    yield thrownBy(wrong)
  }
  child.exit()
  process.munmap(at, 1 << 20)
  process.exit()
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
