/**
 * The machine a record was made on, found by architecture, geometry, kernel, CPU and configuration; never by file name.
 */
import { arch as compiled, variants } from '../../arch/index.ts'
import type { Arch } from '../../arch/arch.ts'
import type { Variant } from '../../arch/variant.ts'
import type { MachineSpec } from '../../lab/api.ts'
import { RecordError } from './errors.ts'
import { featuresOf } from './features.ts'
import type { MachineRecord } from './schema.ts'

/** uname -m and Debian's architecture names, as directories under arch/ and word sizes. */
const FAMILIES: Record<string, { family: string; bits: 32 | 64 }> = {
  x86_64: { family: 'x86', bits: 64 },
  i386: { family: 'x86', bits: 32 },
  arm64: { family: 'arm64', bits: 64 },
  arm: { family: 'arm', bits: 32 },
  riscv64: { family: 'riscv', bits: 64 },
  s390x: { family: 's390', bits: 64 },
  ppc64le: { family: 'powerpc', bits: 64 },
  mips64el: { family: 'mips', bits: 64 },
  mipsel: { family: 'mips', bits: 32 },
  loongarch64: { family: 'loongarch', bits: 64 },
}

/** @throws RecordError when no variant fits. */
export function machineOf(file: string, record: MachineRecord): MachineSpec {
  const variant = variantOf(file, record)
  return {
    arch: variant.id,
    kernel: kernelOf(file, record),
    features: featuresOf(record, variant),
  }
}

/** '6.12.107+deb13-amd64' is 6.12. */
function kernelOf(file: string, record: MachineRecord): string {
  const version = /^\d+\.\d+/.exec(record.kernel)
  if (version === null) throw new RecordError(`${file}: 'kernel' is '${record.kernel}', which names no version`)
  return version[0]
}

function variantOf(file: string, record: MachineRecord): Variant {
  const known = FAMILIES[record.arch]
  if (known === undefined) {
    throw new RecordError(
      `${file}: architecture '${record.arch}' is not known; known are ${Object.keys(FAMILIES).join(', ')}`,
    )
  }
  const fitting = variants()
    .filter(({ family, bits }) => family === known.family && bits === known.bits)
    .filter((variant) => fits(record, compiled(variant.id)))
  if (fitting.length === 0)
    throw new RecordError(`${file}: no ${known.family} variant has the record's geometry (${geometry(record)})`)
  return best(fitting, record)
}

function geometry({ pageSize, geometry: g }: MachineRecord): string {
  return `page ${pageSize}, PMD ${g.PMD}, PUD ${g.PUD}, P4D ${g.P4D}, PGD ${g.PGD}, end ${g.END}`
}

/** Same page size, same range under one entry of every level, same end of user space. */
function fits(record: MachineRecord, arch: Arch): boolean {
  if (arch.pageSize !== record.pageSize) return false
  if (BigInt(record.geometry.END) !== BigInt(arch.taskPages) * BigInt(arch.pageSize)) return false
  return LEVELS.every((level) => BigInt(record.geometry[level.toUpperCase()]!) === coveredBy(arch, level))
}

const LEVELS = ['pgd', 'p4d', 'pud', 'pmd'] as const

/** Bytes under one entry; a folded level repeats the level above it. */
function coveredBy(arch: Arch, level: (typeof LEVELS)[number]): bigint {
  const upTo = LEVELS.slice(0, LEVELS.indexOf(level) + 1)
  const own = arch.levels.filter(({ name }) => (upTo as readonly string[]).includes(name))
  return BigInt(arch.pageSize) << BigInt(own[own.length - 1]!.pageShift)
}

/**
 * Several variants can share a geometry: one that folds levels at boot fits a kernel configured with more levels, and the
 * first declared stands for its family.
 */
function best(fitting: Variant[], record: MachineRecord): Variant {
  const wanted = Number(record.config['PGTABLE_LEVELS'] ?? 0)
  return fitting.find((variant) => configuredLevels(variant) === wanted) ?? fitting[0]!
}

function configuredLevels({ levels, folded }: Variant): number {
  return levels.length + folded.filter(({ when }) => when !== 'always').length
}
