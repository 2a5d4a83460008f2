/** What `ptlab bench` is made of: suites, each of which measures a few numbers in one go. */
export interface Measure {
  name: string
  value: number
  /** 'M/s', 'ms', 'ratio', 'bytes' … */
  unit: string
  /** What DESIGN §5 asks for; absent for numbers that are only reported. */
  target?: { least: number } | { most: number }
  /** What was measured and against what, in one line. */
  note?: string
}

export interface Suite {
  name: string
  /** One line: what is measured. */
  summary: string
  /** `progress` is shown to people who wait. */
  run(progress: (text: string) => void): Promise<Measure[]>
}

export function holds({ value, target }: Measure): boolean {
  if (!target) return true
  return 'least' in target ? value >= target.least : value <= target.most
}
