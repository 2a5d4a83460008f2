/**
 * Bytes that scenarios stored in data pages. Pages nobody wrote a value to read as zero and cost nothing, so that copies,
 * sharing and aliasing can be seen as data.
 */
export class DataWords {
  private readonly pages = new Map<number, Map<number, number>>()

  get empty(): boolean {
    return this.pages.size === 0
  }

  /** 64-bit word `index` of a frame: low and high half. */
  readLo(frame: number, index: number): number {
    return this.pages.get(frame)?.get(index * 2) ?? 0
  }

  readHi(frame: number, index: number): number {
    return this.pages.get(frame)?.get(index * 2 + 1) ?? 0
  }

  write(frame: number, index: number, lo: number, hi: number): void {
    let page = this.pages.get(frame)
    if (page === undefined) {
      page = new Map()
      this.pages.set(frame, page)
    }
    page.set(index * 2, lo)
    page.set(index * 2 + 1, hi)
  }

  copy(from: number, to: number): void {
    const page = this.pages.get(from)
    if (page === undefined) this.pages.delete(to)
    else this.pages.set(to, new Map(page))
  }

  /** Indexes of the words of a frame that were ever stored and have a byte in [from, to). */
  storedIn(frame: number, from: number, to: number): number[] {
    const words = new Set<number>()
    for (const half of this.pages.get(frame)?.keys() ?? [])
      if (half * 4 + 4 > from && half * 4 < to) words.add(half >> 1)
    return [...words]
  }

  clear(frame: number): void {
    this.pages.delete(frame)
  }
}
