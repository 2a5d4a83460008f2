/** A bit per entry of the largest table, for events about many entries of one table. */
export class EntryMask {
  readonly words: Uint32Array
  first = 0
  count = 0

  constructor(entries: number) {
    this.words = new Uint32Array((entries >> 5) + 1)
  }

  /** Starts over for `length` entries from index `first`. */
  begin(first: number, length: number): void {
    this.first = first
    this.count = 0
    this.words.fill(0, 0, (length + 31) >> 5)
  }

  add(index: number): void {
    const bit = index - this.first
    this.words[bit >> 5] |= 1 << (bit & 31)
    this.count++
  }

  /** Adds `count` entries at once: bit i of `bits` stands for the entry `index` + i. */
  addBits(index: number, bits: number, count: number): void {
    const at = index - this.first
    this.words[at >> 5] |= bits << (at & 31)
    if ((at & 31) !== 0) this.words[(at >> 5) + 1] |= bits >>> (32 - (at & 31))
    this.count += count
  }
}
