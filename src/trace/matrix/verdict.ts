/**
 * How a machine came through a scenario, as its kernel tells it: the worst kind of message it printed, and the first of
 * them. Nothing here knows of architectures or alternatives.
 */
import type { Trace } from '../trace.ts'

export const VERDICTS = ['works', 'warns', 'residue', 'hangs', 'oops', 'does not build', 'not run'] as const
export type Verdict = (typeof VERDICTS)[number]

/** The event that shows the verdict. */
export interface Evidence {
  /** −1 when there is no trace to look at. */
  k: number
  /** The kernel's message. */
  message: string
  /** The call it came in, with its line in the scenario; empty and 0 when there is none. */
  call: string
  line: number
  /** What the scenario said it was doing. */
  story: string
}

export interface Finding {
  verdict: Verdict
  /** Null when all is well. */
  evidence: Evidence | null
  /** Every message of the kernel that is not a mere notice. */
  messages: number
}

/** How the run on the machine ended. */
export interface Ending {
  status: 'passed' | 'failed' | 'skipped' | 'error' | string
  reason: string
}

/** Severities of printk: from here on nothing is wrong. */
const NOTICE = 5

const KINDS: readonly [RegExp, Verdict][] = [
  [/^BUG: (non-zero|Bad rss-counter)/, 'residue'],
  [/^(Oops|kernel BUG at|BUG: unable to handle|Unable to handle|Kernel panic|BUG: kernel NULL)/i, 'oops'],
  [/^(INFO: task|watchdog: BUG: soft lockup|BUG: soft lockup|.*blocked for more than)/, 'hangs'],
  [/error: |does not build|^make(\[\d+\])?: \*\*\*/, 'does not build'],
]

/** Kind of a line of the kernel log: its own wording tells it. */
export function kindOf(text: string): Verdict {
  return KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'warns'
}

export function verdictOf(trace: Trace | null, ending: Ending): Finding {
  const lines = trace === null ? [] : trace.texts.dmesgRows(trace).filter(({ severity }) => severity < NOTICE)
  const kinds = lines.map(({ text }) => kindOf(text))
  const worst = kinds.reduce<Verdict>((most, kind) => (rank(kind) > rank(most) ? kind : most), 'works')
  const at = kinds.indexOf(worst)
  if (trace !== null && at >= 0)
    return {
      verdict: worst,
      evidence: evidenceAt(trace, lines[at].k, lines[at].text),
      messages: lines.length,
    }
  return { ...endedAs(ending), messages: 0 }
}

/** The kernel said nothing: what the run itself says. */
function endedAs({ status, reason }: Ending): Omit<Finding, 'messages'> {
  if (status === 'passed') return { verdict: 'works', evidence: null }
  const evidence: Evidence = { k: -1, message: reason || `the run ${status}`, call: '', line: 0, story: '' }
  if (status === 'failed')
    return { verdict: 'warns', evidence: { ...evidence, message: 'an expectation failed' } }
  return {
    verdict: status === 'error' && kindOf(reason) === 'does not build' ? 'does not build' : 'not run',
    evidence,
  }
}

function evidenceAt(trace: Trace, k: number, message: string): Evidence {
  const { ops } = trace
  const call = ops.indexAt(k)
  const op = call < 0 ? 0 : ops.opAt(call)
  const said = trace.texts.consoleRows(trace, k).at(-1)?.text ?? ''
  return {
    k,
    message,
    call: call < 0 ? '' : trace.text(ops.text(op)),
    line: call < 0 ? 0 : ops.line(op),
    story: said,
  }
}

/** Whether a verdict tells more than another. */
export function isWorse(verdict: Verdict, than: Verdict): boolean {
  return rank(verdict) > rank(than)
}

function rank(verdict: Verdict): number {
  return VERDICTS.indexOf(verdict)
}
