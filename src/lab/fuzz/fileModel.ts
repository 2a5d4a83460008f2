/**
 * A naive model of one file and of the processes that map it: the first word of every page, and who has a copy of it.
 */
export interface ModelMapping {
  /** Slot of the address space: a mapping of page `pgoff` and on, at pages 0 to `pages` − 1 of the slot. */
  pages: number
  pgoff: number
  /** Address of page 0. */
  start: bigint
  shared: boolean
  /** Pages of the slot that are unmapped again. */
  gone: Set<number>
  /** Private copies by page of the slot. */
  copies: Map<number, bigint>
}

export class ModelFile {
  /** Pages, counted with a part. */
  pages = 0
  readonly words = new Map<number, bigint>()
  /**
   * Of hugetlb: what is in the page cache. Pages that are not are the reader's own in a private mapping.
   */
  readonly cached: Set<number> | null

  constructor(isHugetlb: boolean) {
    this.cached = isHugetlb ? new Set() : null
  }

  word(index: number): bigint {
    return this.words.get(index) ?? 0n
  }
}

export class ModelTask {
  readonly slots: (ModelMapping | null)[]

  constructor(slots: (ModelMapping | null)[]) {
    this.slots = slots
  }

  fork(): ModelTask {
    return new ModelTask(
      this.slots.map((slot) =>
        slot === null ? null : { ...slot, gone: new Set(slot.gone), copies: new Map(slot.copies) },
      ),
    )
  }

  /** What a touch finds: the word, or the signal. `value` null: a read. */
  touch(file: ModelFile, slot: number, page: number, value: bigint | null): bigint | 'SIGSEGV' | 'SIGBUS' {
    const mapping = this.slots[slot]
    if (mapping === null || page >= mapping.pages || mapping.gone.has(page)) return 'SIGSEGV'
    const index = mapping.pgoff + page
    const copy = mapping.copies.get(page)
    if (copy === undefined && index >= file.pages) return 'SIGBUS'
    if (mapping.shared) file.cached?.add(index)
    else if (copy === undefined && file.cached?.has(index) === false) mapping.copies.set(page, 0n)
    if (value === null) return mapping.copies.get(page) ?? file.word(index)
    if (mapping.shared) file.words.set(index, value)
    else mapping.copies.set(page, value)
    return value
  }

  unmap(slot: number, from: number, to: number): void {
    const mapping = this.slots[slot]
    if (mapping === null) return
    for (let page = from; page < Math.min(to, mapping.pages); page++) {
      mapping.gone.add(page)
      mapping.copies.delete(page)
    }
  }

  dontNeed(slot: number, from: number, to: number): void {
    for (let page = from; page < to; page++) this.slots[slot]?.copies.delete(page)
  }

  /** Private copies of pages [from, to) of the file go. */
  lose(from: number, to: number): void {
    for (const mapping of this.slots)
      for (const page of mapping?.copies.keys() ?? [])
        if (mapping!.pgoff + page >= from && mapping!.pgoff + page < to) mapping!.copies.delete(page)
  }

  /** The file was cut: copies of what lies past its end go. */
  truncated(pages: number): void {
    for (const mapping of this.slots)
      for (const page of mapping?.copies.keys() ?? [])
        if (mapping!.pgoff + page >= pages) mapping!.copies.delete(page)
  }
}
