/**
 * Processor time, of the fastest of some rounds on each side: what other work on the machine adds, by time taken away and
 * by colder caches, belongs to nobody. Rounds are interleaved, so that a quiet moment is one for everybody.
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

/** Rounds that do not count: the engine compiles what is hot, and again once it has met every contender. */
const WARM_UP = 3

/** Runs every contender once per round, after some rounds that do not count; returns the fastest of each. */
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
  return Object.fromEntries(names.map((name) => [name, Math.min(...taken[name])])) as Record<Name, number>
}
