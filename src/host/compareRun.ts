/** The machines of a run, side by side. */
import { Comparison } from '../trace/compare/comparison.ts'
import type { TraceQuery } from '../trace/query.ts'
import { archName, DEFAULT_KERNEL_TEXT } from './liveRun.ts'
import type { LiveMachine } from './liveRun.ts'
import { queryOf } from './traceQuery.ts'

/** The machines that have recorded anything, by their index in the run. */
export function comparable(machines: readonly LiveMachine[]): number[] {
  return machines.flatMap(({ trace }, i) => (trace !== null && trace.length > 0 ? [i] : []))
}

/** Null when nothing was recorded on any of them. */
export function compareMachines(
  machines: readonly LiveMachine[],
  of: (machine: number) => TraceQuery = (machine) => queryOf(machines[machine].trace!),
): Comparison | null {
  const chosen = comparable(machines)
  if (chosen.length === 0) return null
  const titles = shortTitles(machines)
  return new Comparison(chosen.map((machine) => ({ title: titles[machine], query: of(machine) })))
}

/** What tells each machine from the others, and no more. */
export function shortTitles(machines: readonly LiveMachine[]): string[] {
  const parts = machines.map(partsOf)
  const names = [...new Set(parts.flatMap((each) => [...each.keys()]))]
  const telling = names.filter((name) => new Set(parts.map((each) => each.get(name))).size > 1)
  const titles = parts.map((each) => telling.flatMap((name) => each.get(name) ?? []).join(' · '))
  return titles.map((title, i) => {
    if (title === '') return machines.length === 1 ? machines[i].title : `machine ${i}`
    return titles.indexOf(title) === titles.lastIndexOf(title) ? title : `${title} (machine ${i})`
  })
}

function partsOf({ spec, header }: LiveMachine): Map<string, string> {
  const parts = new Map([
    ['arch', archName(spec, header)],
    ['kernel', header?.kernel ?? spec.kernel ?? DEFAULT_KERNEL_TEXT],
  ])
  const cpus = spec.cpus ?? 1
  if (cpus > 1) parts.set('cpus', `${cpus} CPUs`)
  for (const group of [spec.features, spec.config])
    for (const [name, value] of Object.entries(group ?? {})) parts.set(name, `${name}=${value}`)
  // Ids of alternatives speak for themselves.
  for (const [seam, id] of Object.entries(spec.policies ?? {}))
    parts.set(seam, header?.policies[seam] ?? String(id))
  return parts
}
