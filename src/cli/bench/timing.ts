/**
 * Clock and medians. Processor time is what counts, on both sides, so that other work on the machine does not; and rounds
 * are interleaved, because a busy machine has colder caches too.
 */

/** Seconds of processor time that `work` took, helper threads (garbage collector, compiler) included. */
export function seconds(work: () => void): number {
  const begin = processorMs()
  work()
  return (processorMs() - begin) / 1000
}

/** Milliseconds of processor time so far. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Rounds that do not count: the engine compiles what is hot, and again once it has met every contender. */
const WARM_UP = 3

/** Runs every contender once per round, after some rounds that do not count; returns the median of each. */
export async function interleaved<Name extends string>(
  rounds: number,
  contenders: Record<Name, () => number | Promise<number>>,
  progress: (text: string) => void,
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[]
  const taken = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>
  for (let round = 1 - WARM_UP; round <= rounds; round++) {
    progress(round <= 0 ? 'warming up' : `round ${round} of ${rounds}`)
    for (const name of names) {
      const value = await contenders[name]()
      if (round > 0) taken[name].push(value)
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(taken[name])])) as Record<Name, number>
}
