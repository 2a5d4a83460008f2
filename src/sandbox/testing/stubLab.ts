/** A lab without a simulator, for tests of the sandbox alone: calls are recorded, addresses count up. */
import type { RunContext } from '../../lab/api.ts'
import { KIND } from '../../trace/schema.ts'
import { Recorder } from '../../trace/recorder.ts'
import type { CreateLab, Library } from '../run/lab.ts'

export const library: Library = {
  scenario: (spec: object) => Object.freeze({ ...spec, kind: 'ptlab-scenario' }),
  KiB: (n: number) => n * 1024,
  MiB: (n: number) => n * 1048576,
}

export const createLab: CreateLab = ({ spec, scenario, seed, traceLevel, sink, locate }) => {
  const trace = new Recorder(traceLevel, sink)
  let next = 0x10000n
  const counts = { passed: 0, failed: 0 }
  const call = (name: string) => {
    const place = locate()
    trace.op++
    trace.emit(
      KIND.SYS_ENTER,
      0,
      0,
      trace.string(name),
      1,
      place.line,
      place.column,
      trace.string(place.file),
    )
  }
  const process = {
    mmap({ length }: { length: number }) {
      call(`mmap ${length}`)
      if (length <= 0) throw new Error('mmap: EINVAL')
      next += 4096n
      return next
    },
    write: () => call('write'),
    fork: () => call('fork'),
  }
  harden(process)
  const expectation = (pass: boolean) => {
    call('expect')
    counts[pass ? 'passed' : 'failed']++
  }
  const context = {
    machine: { arch: { id: spec.arch ?? 'x86_64' }, kernel: spec.kernel ?? '6.12', spawn: () => process },
    expect: (actual: unknown) => ({ toBe: (expected: unknown) => expectation(Object.is(actual, expected)) }),
    log: (...values: unknown[]) =>
      trace.emit(KIND.LOG, 0, 0, trace.string(values.join(' ')), locate().line, 0, 0, 0),
    skip(reason: string) {
      throw Object.assign(new Error(reason), { name: 'SkipRun' })
    },
  } as unknown as RunContext
  return {
    context: harden(context),
    header: {
      arch: spec.arch ?? 'x86_64',
      features: {},
      kernel: spec.kernel ?? '6.12',
      config: {},
      cpus: 1,
      memoryPages: 1024,
      policies: {},
      scenario,
      seed,
    },
    flush: () => trace.flush(),
    finish: () => {
      trace.flush()
      return counts
    },
    hash: () => trace.hash(),
  }
}
