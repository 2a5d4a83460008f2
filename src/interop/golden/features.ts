/**
 * CPU features and configuration that a record states (what the kernel version decides is its profile's), as switches of its variant.
 */
import type { Variant } from '../../arch/variant.ts'
import type { MachineRecord } from './schema.ts'

type Detector = (record: MachineRecord) => boolean | undefined

/** undefined: the record does not say; the variant's default holds. */
const DETECTORS: Record<string, Detector> = {
  pti: (record) => (/\b(pti=off|nopti)\b/.test(record.cmdline) ? false : word(record, 'pti')),
  pcid: (record) => word(record, 'pcid'),
  nx: (record) => word(record, 'nx') ?? !/^(pentium3|qemu32)/.test(record.cpu),
  gbPages: (record) => word(record, 'pdpe1gb'),
  softDirty: (record) => record.config['MEM_SOFT_DIRTY'] === 'y',
  // ARMv8.1: QEMU's 'max' has it, the cores of ARMv8.0 have not.
  hafdbs: (record) => record.cpu.startsWith('max'),
  lpa2: (record) => record.cpu.startsWith('max') && !record.cpu.includes('lpa2=off'),
  rixi: (record) => word(record, 'rixi') ?? false,
  edat: (record) => word(record, 'edat') ?? false,
  // QEMU's boot leaves Config.K0 at uncached.
  kseg0Uncached: (record) => record.arch.startsWith('mips'),
}

export function featuresOf(record: MachineRecord, variant: Variant): Record<string, boolean> {
  const features: Record<string, boolean> = {}
  for (const { name } of variant.features) {
    const value = DETECTORS[name]?.(record)
    if (value !== undefined) features[name] = value
  }
  return features
}

/** Whether /proc/cpuinfo has the word. */
function word({ cpuinfo }: MachineRecord, name: string): boolean | undefined {
  return cpuinfo === undefined ? undefined : new RegExp(`\\b${name}\\b`).test(cpuinfo)
}
