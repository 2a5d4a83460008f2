/**
 * What one step of a task looked at and changed, as keys. Two steps that have no key in common which one of them changed
 * lead to the same machine in either order, up to the numbers of frames and tables; the explorer then tries only one.
 *
 * Numbers are left out on purpose: which free frame an allocation gets is a name. Nothing the kernel does depends on it,
 * unless memory is short or an allocation is made to fail, and then every step counts as changing everything. So it does
 * where files, huge pages or hugetlb are in use, whose state is not followed key by key. Counters that are only added to
 * (rss, page tables, vmstat) commute.
 */
export class Footprint {
  readonly reads = new Set<string>()
  readonly writes = new Set<string>()
  /** The step may depend on anything. */
  opaque = false

  note(key: string, write: boolean): void {
    if (write) this.writes.add(key)
    else this.reads.add(key)
  }
}

/** Keys that stand for many: read by whoever skips them, changed by whoever changes one of them. */
const GROUP = '*'

export function dependent(a: Footprint, b: Footprint): boolean {
  if (a.opaque || b.opaque) return true
  return touches(a, b) || touches(b, a)
}

/** Whether `a` changed what `b` looked at or changed too. */
function touches(a: Footprint, b: Footprint): boolean {
  for (const key of a.writes) if (b.reads.has(key) || (!key.endsWith(GROUP) && b.writes.has(key))) return true
  return false
}
