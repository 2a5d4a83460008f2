import type { Verdict } from '../../src/trace/matrix/verdict.ts'

/** A sign and a colour for each verdict; the word always stands beside the sign. */
export const VERDICT_MARKS: Readonly<Record<Verdict, { sign: string; look: string; about: string }>> = {
  works: { sign: '✓', look: 'good', about: 'the kernel says nothing' },
  warns: { sign: '!', look: 'warn', about: 'a WARN_ON fired' },
  residue: { sign: 'Δ', look: 'bad', about: 'counters are not back at zero' },
  hangs: { sign: '∞', look: 'bad', about: 'a task waits for ever' },
  oops: { sign: '✗', look: 'bad', about: 'the kernel crashed' },
  'does not build': { sign: '⊘', look: 'off', about: 'there is no such kernel image' },
  'not run': { sign: '–', look: 'off', about: 'the scenario could not run' },
}
