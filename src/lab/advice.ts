/** Advice that scenarios may give. */
import { MODELLED_ADVICE } from '../mm/madvise.ts'
import { KIND } from '../trace/schema.ts'
import { LabError } from './errors.ts'
import type { Bench } from './machine.ts'

/** @throws LabError for advice that the lab does not carry out; the trace says so too. */
export function checkAdvice(bench: Bench, advice: string): void {
  if (MODELLED_ADVICE.includes(advice)) return
  bench.calls.place(KIND.NOT_MODELLED, 0, `madvise ${String(advice)}`)
  throw new LabError(
    `madvise: '${String(advice)}' is not modelled yet; modelled are ${MODELLED_ADVICE.join(', ')}`,
  )
}
