/**
 * The recorded target process as the lab builds it: its baseline as a program image, and what belongs to it.
 */
import type { Arch } from '../../arch/arch.ts'
import type { ImageMapping, PresentPages, ProgramImage } from '../../lab/replay/image.ts'
import type { ReplayMachine } from '../../lab/replay/machine.ts'
import type { Baseline } from './schema.ts'

const PRESENT = 1
const FILE = 2
const EXCLUSIVE = 4

export interface Target {
  image: ProgramImage
  /** 'start-end' of the baseline's VMAs, in pages: everything else is the workload's. */
  own: ReadonlySet<string>
  /** PAGE_ALIGN(end_code) − start_code in KiB: what status calls VmExe. */
  textKb: number
}

export function pageOf(address: string | number, pageSize: number): number {
  return Number(BigInt(address) / BigInt(pageSize))
}

/** The page of an address argument: an unsigned long, so a 32-bit kernel sees the low half. */
export function pageOfArgument(address: string, { bits, pageSize }: Arch): number {
  return pageOf(`0x${BigInt.asUintN(bits, BigInt(address)).toString(16)}`, pageSize)
}

/** Mappings above user space (gate VMAs such as arm's [vectors]) are not in the mm. */
export function targetOf(machine: ReplayMachine, baseline: Baseline): Target {
  const { pageSize, taskPages } = machine.arch
  const mappings = baseline.maps.map((map) => mappingOf(map, pageSize)).filter(({ end }) => end <= taskPages)
  const text = mappings.find(({ name, flags }) => name.startsWith('/') && flags.includes('ex'))
  return {
    image: { mappings, present: baseline.present.map((run) => presentOf(run, pageSize)) },
    own: new Set(mappings.map(({ start, end }) => `${start}-${end}`)),
    textKb: text === undefined ? 0 : ((text.end - text.start) * pageSize) / 1024,
  }
}

function mappingOf(map: Baseline['maps'][number], pageSize: number): ImageMapping {
  return {
    start: pageOf(map.start, pageSize),
    end: pageOf(map.end, pageSize),
    flags: map.flags.split(' '),
    pgoff: pageOf(map.off, pageSize),
    name: map.name,
  }
}

function presentOf([start, pages, bits]: Baseline['present'][number], pageSize: number): PresentPages {
  const anon = (bits & (PRESENT | FILE | EXCLUSIVE)) === (PRESENT | EXCLUSIVE)
  return { start: pageOf(start, pageSize), pages, kind: anon ? 'anon' : 'shared' }
}
