import type { ShootdownRow } from '../../src/trace/views.ts'

type Target = ShootdownRow['targets'][number]

const WORDS: Record<Target['kind'], string> = {
  ipi: 'interrupts',
  broadcast: 'tells by broadcast',
  lazy: 'leaves out (lazy)',
  lost: 'never tells',
}

/** 'CPU 0 interrupts CPU 1 and 2; leaves out (lazy) CPU 3' */
export function shootdownText({ sender, targets }: ShootdownRow): string {
  const kinds = [...new Set(targets.map(({ kind }) => kind))]
  const parts = kinds.map((kind) => {
    const cpus = targets.filter((target) => target.kind === kind).map(({ cpu }) => cpu)
    return `${WORDS[kind]} CPU ${listed(cpus)}`
  })
  return `CPU ${sender} ${parts.join('; ')}`
}

function listed(numbers: readonly number[]): string {
  const last = numbers.at(-1)
  return numbers.length < 2 ? String(last ?? '') : `${numbers.slice(0, -1).join(', ')} and ${String(last)}`
}

/** When the last target was through: 'through at 109', or who is still to answer. '' before it began. */
export function answerText({ k: sent, targets }: ShootdownRow, k: number): string {
  if (sent > k) return ''
  const asked = targets.filter(({ kind }) => kind === 'ipi')
  if (asked.length === 0) return ''
  const waiting = asked.filter(({ done }) => done < 0 || done > k).map(({ cpu }) => cpu)
  if (waiting.length > 0) return `CPU ${listed(waiting)} still to answer`
  return `through at ${Math.max(...asked.map(({ done }) => done))}`
}
