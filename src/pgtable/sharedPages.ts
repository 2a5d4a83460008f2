/**
 * Tables smaller than a page (powerpc pte_frag, arch/powerpc/mm/pgtable-frag.c, 6.12): each mm takes fragments of its
 * current page from the bottom up; a fragment is never handed out twice; the page goes back when its last fragment has
 * been dropped and the mm will take no more of it.
 */
interface FragmentPage {
  frame: number
  /** Fragments handed out so far, and those still in use. */
  taken: number
  live: number
}

export class SharedPages {
  private readonly current = new Map<number, FragmentPage>()
  private readonly pages = new Map<number, FragmentPage>()

  private readonly perPage: number
  private readonly bytes: number

  constructor(perPage: number, bytes: number) {
    this.perPage = perPage
    this.bytes = bytes
  }

  /** Next fragment of the mm's current page as a place, or −1 when it needs a page. */
  take(mm: number): number {
    const page = this.current.get(mm)
    if (page === undefined) return -1
    const place = page.frame * this.perPage + page.taken
    page.taken++
    page.live++
    if (page.taken === this.perPage) this.current.delete(mm)
    return place
  }

  addPage(mm: number, frame: number): number {
    const page = { frame, taken: 0, live: 0 }
    this.pages.set(frame, page)
    this.current.set(mm, page)
    return this.take(mm)
  }

  frameOf(place: number): number {
    return Math.floor(place / this.perPage)
  }

  offsetOf(place: number): number {
    return (place % this.perPage) * this.bytes
  }

  /** A fragment came back; true when its page is to be freed. */
  drop(frame: number, offset: number): boolean {
    const page = this.pages.get(frame)
    if (page === undefined) throw new Error(`no fragment page at frame ${frame}, offset ${offset}`)
    page.live--
    if (page.live > 0 || page.taken < this.perPage) return false
    this.pages.delete(frame)
    return true
  }

  /** pte_frag_destroy: the mm takes no more fragments. Frame to free, or −1. */
  forget(mm: number): number {
    const page = this.current.get(mm)
    if (page === undefined) return -1
    this.current.delete(mm)
    if (page.live > 0) {
      page.taken = this.perPage
      return -1
    }
    this.pages.delete(page.frame)
    return page.frame
  }
}
