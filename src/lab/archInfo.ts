/** Geometry constants of a machine as C programs know them. */
import type { Arch, CompiledLevel, LevelName } from '../arch/arch.ts'
import type { ArchInfo, PerLevel } from './api.ts'

const NAMES: LevelName[] = ['pgd', 'p4d', 'pud', 'pmd', 'pte']

export function archInfo(arch: Arch): ArchInfo {
  const size = (name: LevelName): number => arch.pageSize * 2 ** pageShiftOf(arch, name)
  const perLevel = (number: (level: CompiledLevel) => number, folded: number): PerLevel => {
    const of = (name: LevelName): number => {
      const level = arch.levels.find((candidate) => candidate.name === name)
      return level === undefined ? folded : number(level)
    }
    return Object.freeze({ pgd: of('pgd'), p4d: of('p4d'), pud: of('pud'), pmd: of('pmd'), pte: of('pte') })
  }
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
    entries: perLevel((level) => level.entries, 1),
    counted: perLevel((level) => level.counted, 0),
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
