/** The OOM killer of each range of kernels, by the first version of the range. */
import type { OomStyle } from '../mm/oom/style.ts'

const first: OomStyle = {
  sacrificesChild: true,
  lastOfEqual: false,
  tasksState: false,
  pidWidth: 5,
  rssParts: false,
  shmemRss: false,
  pgtables: false,
  reaper: false,
  rssNames: false,
}
const v4_9: OomStyle = { ...first, shmemRss: true, reaper: true }
const v4_20: OomStyle = { ...v4_9, tasksState: true, pidWidth: 7 }
const v5_8: OomStyle = { ...v4_20, sacrificesChild: false, lastOfEqual: true, pgtables: true, rssNames: true }
const v6_12: OomStyle = { ...v5_8, rssParts: true }

/** From this version on, in the order of the kernels. */
const SINCE: readonly [string, OomStyle][] = [
  ['2.6.24', first],
  ['4.9', v4_9],
  ['4.20', v4_20],
  ['5.8', v5_8],
  ['6.12', v6_12],
]

/** The last row at or before `version`, given the kernels in order. */
export function oomStyleOf(version: string, kernels: readonly string[]): OomStyle {
  const at = kernels.indexOf(version)
  return SINCE.filter(([since]) => kernels.indexOf(since) <= at).at(-1)?.[1] ?? first
}
