/** The same mechanisms over other descriptors: faults and walks of several architectures against x86-64 in one run. */
import { Translations } from '../../lab/translations.ts'
import type { Measure, Suite } from './suite.ts'
import { interleaved, seconds } from './timing.ts'

const ROUNDS = 5
const PAGES = 100_000
const BASE = 'x86_64'
const OTHERS = ['arm64', 'riscv64', 's390', 'ppc64']

export const architectures: Suite = {
  name: 'architectures',
  summary: 'faults and walks of other architectures against x86-64',

  async run(progress) {
    const all = [BASE, ...OTHERS]
    const ready = new Map(all.map((arch) => [arch, new Translations(PAGES, arch)]))
    const work: Record<string, () => number> = {}
    for (const arch of all) {
      work[`${arch} faults`] = () => seconds(() => void new Translations(PAGES, arch)) / PAGES
      work[`${arch} walks`] = () => seconds(() => ready.get(arch)!.walk(1)) / PAGES
    }
    const taken = await interleaved(ROUNDS, work, progress)
    return all.flatMap((arch) => ['faults', 'walks'].map((kind) => measure(taken, arch, kind)))
  },
}

function measure(taken: Record<string, number>, arch: string, kind: string): Measure {
  const time = taken[`${arch} ${kind}`]
  const ratio = (taken[`${BASE} ${kind}`] / time).toFixed(2)
  const note = arch === BASE ? 'trace off' : `${ratio} times the rate of x86-64`
  return { name: `${arch}: ${kind}`, value: 1e-6 / time, unit: 'M/s', note }
}
