/**
 * Which pages are the same page. Frame numbers mean nothing by themselves (a frame freed and given out again keeps its
 * number), so only two things are compared: equality within one operation, over all processes and addresses; and whether
 * the page at an address stayed the same over an operation.
 */
import type { Comparison } from './report.ts'
import type { Snapshot } from './schema.ts'

/** Recorded page and simulated frame at one address of one process. */
interface Sighting {
  process: number
  address: string
  recorded: PageName
  frame: PageName
}

/** A page by number; every zero page, small or huge, is the same. */
type PageName = number | 'zero'

export class PageIdentity {
  private before = new Map<string, Sighting>()
  private now: Sighting[] = []

  see(process: number, page: Snapshot['pagemap'][number], frame: PageName): void {
    if (page.page !== undefined && frame !== -1)
      this.now.push({ process, address: page.a, recorded: page.page, frame })
  }

  /** Ends the operation: compares what was seen in it. */
  compare(comparison: Comparison, mechanism: string): void {
    const first = new Map<PageName, Sighting>()
    const owner = new Map<PageName, Sighting>()
    for (const sighting of this.now) {
      comparison.process = sighting.process
      const field = `pagemap[${sighting.address}].page`
      const same = first.get(sighting.recorded)
      const other = owner.get(sighting.frame)
      comparison.same(
        field,
        same === undefined ? 'a page of its own' : `the page at ${placeOf(same)}`,
        other === undefined ? 'a page of its own' : `the page at ${placeOf(other)}`,
        mechanism,
      )
      if (same === undefined) first.set(sighting.recorded, sighting)
      if (other === undefined) owner.set(sighting.frame, sighting)
      this.compareWithBefore(comparison, sighting, `${field} kept`, mechanism)
    }
    this.before = new Map(this.now.map((sighting) => [placeOf(sighting), sighting]))
    this.now = []
  }

  private compareWithBefore(comparison: Comparison, now: Sighting, field: string, mechanism: string): void {
    const before = this.before.get(placeOf(now))
    if (before === undefined) return
    const kept = (same: boolean): string => (same ? 'the page it was before' : 'another page')
    comparison.same(field, kept(before.recorded === now.recorded), kept(before.frame === now.frame), mechanism)
  }
}

function placeOf({ process, address }: Sighting): string {
  return `${address} of process ${process}`
}
