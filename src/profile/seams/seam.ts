/** A design question of the thread it was argued in, its alternatives, and which kernels chose which. */
export type SeamId = 'accounting' | 'special' | 'propagation' | 'tracking' | 'descriptor'

export interface NamedAlternative {
  id: string
  /** As the threads number them: A0 … E5. */
  label: string
  /** What it is, in one sentence. */
  about: string
}

export interface Choice {
  /** Architectures that chose so; empty: all. */
  on: string
  label: string
  /** What the version did besides. */
  note?: string
}

/** From this version on, until the next row. */
export interface Since {
  version: string
  choices: readonly Choice[]
  /** False: recalled, neither read in the kernel's source nor in a commit. */
  checked: boolean
}

export interface Seam {
  id: SeamId
  question: string
  /** Kernel symbols and commits that the table was taken from. */
  source: string
  /** False: kernels and alternatives are named; machines behave the same whichever it is. */
  simulated: boolean
  alternatives: readonly NamedAlternative[]
  history: readonly Since[]
}

export const all = (label: string, note?: string): readonly Choice[] => [
  note === undefined ? { on: '', label } : { on: '', label, note },
]
