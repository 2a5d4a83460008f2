/** Number lists that grow by doubling, for indices over millions of records. */
export class GrowU32 {
  data = new Uint32Array(64)
  length = 0

  push(value: number): void {
    if (this.length === this.data.length) this.reserve(this.length + 1)
    this.data[this.length++] = value
  }

  /** Makes `index` valid, filling with zeros. */
  cover(index: number): void {
    if (index >= this.data.length) this.reserve(index + 1)
    if (index >= this.length) this.length = index + 1
  }

  /** Number of elements below `value`, in an ascending list. */
  lowerBound(value: number): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.data[middle] < value) low = middle + 1
      else high = middle
    }
    return low
  }

  private reserve(size: number): void {
    let capacity = this.data.length
    while (capacity < size) capacity *= 2
    const data = new Uint32Array(capacity)
    data.set(this.data)
    this.data = data
  }
}
