/** The scheme of an architecture's tags. */
import type { ContextSpec } from '../../arch/context.ts'
import type { Cpu } from '../../hw/cpu.ts'
import type { Recorder } from '../../trace/recorder.ts'
import type { MmStruct } from '../mmStruct.ts'
import { GenerationAsids } from './generation.ts'
import { GlobalContexts } from './global.ts'
import { NoContexts } from './none.ts'
import { PcidSlots } from './pcid.ts'
import { PerCpuAsids } from './perCpu.ts'
import { RootTags } from './root.ts'
import type { Contexts } from './scheme.ts'
import { StolenContexts } from './stealing.ts'

export function makeContexts(
  spec: ContextSpec,
  trace: Recorder,
  cpus: readonly Cpu[],
  clearCpumask: (mm: MmStruct) => void,
): Contexts {
  switch (spec.scheme) {
    case 'pcid':
      return new PcidSlots(spec, trace)
    case 'generation':
      return new GenerationAsids(spec, trace, cpus.length, clearCpumask)
    case 'perCpu':
      return new PerCpuAsids(spec, trace, cpus.length)
    case 'global':
      return new GlobalContexts(spec, trace, cpus)
    case 'stealing':
      return new StolenContexts(spec, trace, cpus)
    case 'root':
      return new RootTags(trace)
    case 'none':
      return new NoContexts(spec, trace)
  }
}
