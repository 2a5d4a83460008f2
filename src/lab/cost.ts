/** machine.cost: what the events so far took, counted from the trace as it leaves the recorder. */
import type { Arch } from '../arch/arch.ts'
import { RunningMeter } from '../trace/cost/meter.ts'
import { costTotals, type CostTotals } from '../trace/cost/totals.ts'
import { applyCosts, type CostChanges } from '../trace/cost/units.ts'
import type { Recorder, TraceSink } from '../trace/recorder.ts'
import { WORDS } from '../trace/schema.ts'
import { LabError } from './errors.ts'

export class LabCosts {
  private readonly running = new RunningMeter()
  private readonly cpus: number

  constructor(cpus: number) {
    this.cpus = cpus
  }

  /** A sink that counts before it hands on. */
  counting(sink: TraceSink): TraceSink {
    return (chunk) => {
      this.running.add(chunk.words, chunk.records * WORDS)
      return sink(chunk)
    }
  }

  /** @throws LabError without a full trace. */
  totals(trace: Recorder, arch: Arch, changes: CostChanges): CostTotals {
    if (!trace.on)
      throw new LabError('machine.cost: costs are counted from the trace, and this run records none')
    trace.flush()
    return costTotals(this.running.meter(this.cpus, trace), applyCosts(arch, changes))
  }
}
