/** machine.cost: what the events so far took, counted from the trace as it leaves the recorder. */
import type { Arch } from '../arch/arch.ts'
import { CostMeter } from '../trace/cost/meter.ts'
import { costTotals, type CostTotals } from '../trace/cost/totals.ts'
import { applyCosts, type CostChanges } from '../trace/cost/units.ts'
import type { Recorder, TraceSink } from '../trace/recorder.ts'
import { WORDS } from '../trace/schema.ts'
import { LabError } from './errors.ts'

export class LabCosts {
  private readonly meter: CostMeter

  constructor(cpus: number) {
    this.meter = new CostMeter(cpus)
  }

  /** A sink that counts before it hands on. */
  counting(sink: TraceSink): TraceSink {
    return (chunk) => {
      this.meter.add(chunk.words, 0, chunk.records * WORDS)
      return sink(chunk)
    }
  }

  /** @throws LabError without a full trace. */
  totals(trace: Recorder, arch: Arch, changes: CostChanges): CostTotals {
    if (!trace.on)
      throw new LabError('machine.cost: costs are counted from the trace, and this run records none')
    trace.flush()
    return costTotals(this.meter, applyCosts(arch, changes))
  }
}
