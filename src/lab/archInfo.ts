/** Geometry constants of a machine as C programs know them. */
import type { Arch, LevelName } from '../arch/arch.ts'
import type { ArchInfo } from './api.ts'

const NAMES: LevelName[] = ['pgd', 'p4d', 'pud', 'pmd', 'pte']

export function archInfo(arch: Arch): ArchInfo {
  const size = (name: LevelName): number => arch.pageSize * 2 ** pageShiftOf(arch, name)
  const entries = (name: LevelName): number => arch.levels.find((level) => level.name === name)?.entries ?? 1
  return Object.freeze({
    id: arch.id,
    PAGE_SIZE: arch.pageSize,
    PMD_SIZE: size('pmd'),
    PUD_SIZE: size('pud'),
    P4D_SIZE: size('p4d'),
    PGDIR_SIZE: size('pgd'),
    TASK_SIZE: BigInt(arch.taskPages) * BigInt(arch.pageSize),
    levels: Object.freeze(arch.levels.map((level) => level.name)),
    folded: Object.freeze([...arch.folded]),
    entries: Object.freeze({
      pgd: entries('pgd'),
      p4d: entries('p4d'),
      pud: entries('pud'),
      pmd: entries('pmd'),
      pte: entries('pte'),
    }),
    bits: arch.bits,
  })
}

/** A folded level repeats the size of the level above it. */
function pageShiftOf(arch: Arch, name: LevelName): number {
  for (let at = NAMES.indexOf(name); at >= 0; at--) {
    const level = arch.levels.find((candidate) => candidate.name === NAMES[at])
    if (level !== undefined) return level.pageShift
  }
  return arch.levels[0].pageShift
}
