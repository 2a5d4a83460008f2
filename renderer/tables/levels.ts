import type { LevelName } from '../../src/arch/arch.ts'
import type { MmView, WalkView } from '../../src/trace/views.ts'

export const LEVELS: readonly LevelName[] = ['pgd', 'p4d', 'pud', 'pmd', 'pte']

export type LevelColumn =
  | { kind: 'table'; level: LevelName; depth: number; index: number }
  | { kind: 'folded'; level: LevelName }
  | { kind: 'unreached'; level: LevelName }

/** Above the table where the walk starts there is none to reach: the level is folded into it. */
function isAbove(level: LevelName, walk: WalkView | null): boolean {
  const top = walk?.steps[0]
  return top !== undefined && LEVELS.indexOf(level) < LEVELS.indexOf(top.level)
}

/** One column per level of the kernel's five: a table the walk meets, a folded level, or one the walk does not reach. */
export function columnsOf(walk: WalkView | null, mm: Pick<MmView, 'tables'> | null): LevelColumn[] {
  const real = new Set(mm?.tables.perLevel.map((row) => row.level))
  return LEVELS.flatMap((level): LevelColumn[] => {
    const depth = walk?.steps.findIndex((step) => step.level === level) ?? -1
    const step = walk?.steps[depth]
    if (step) return [{ kind: 'table', level, depth, index: step.index }]
    if (walk?.folded.includes(level) || isAbove(level, walk)) return [{ kind: 'folded', level }]
    return real.has(level) ? [{ kind: 'unreached', level }] : []
  })
}
