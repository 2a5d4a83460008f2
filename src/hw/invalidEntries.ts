/**
 * Pages of which a CPU's TLB remembers that they had no valid entry, where the architecture lets it (riscv without
 * Svvptc). Direct-mapped; what is found here faults although the tables may say otherwise by now.
 */
const SLOTS = 64

export class InvalidEntries {
  private readonly lo = new Int32Array(SLOTS)
  private readonly hi = new Int32Array(SLOTS)
  private readonly tags = new Int32Array(SLOTS).fill(-1)

  /** Slot of the page under `tag`, −1: not kept. */
  find(tag: number, vpnLo: number, vpnHi: number): number {
    const slot = vpnLo & (SLOTS - 1)
    const found = this.tags[slot] === tag && this.lo[slot] === (vpnLo | 0) && this.hi[slot] === vpnHi
    return found ? slot : -1
  }

  fill(tag: number, vpnLo: number, vpnHi: number): number {
    const slot = vpnLo & (SLOTS - 1)
    this.lo[slot] = vpnLo
    this.hi[slot] = vpnHi
    this.tags[slot] = tag
    return slot
  }

  flushPage(tag: number, vpnLo: number, vpnHi: number): void {
    const slot = this.find(tag, vpnLo, vpnHi)
    if (slot >= 0) this.tags[slot] = -1
  }

  flushTag(tag: number): void {
    for (let slot = 0; slot < SLOTS; slot++) if (this.tags[slot] === tag) this.tags[slot] = -1
  }

  flushAll(): void {
    this.tags.fill(-1)
  }

  /** Visits what is kept, for panels and tests. */
  forEach(visit: (entry: { slot: number; tag: number; vpnLo: number; vpnHi: number }) => void): void {
    for (let slot = 0; slot < SLOTS; slot++) {
      if (this.tags[slot] < 0) continue
      visit({ slot, tag: this.tags[slot], vpnLo: this.lo[slot] >>> 0, vpnHi: this.hi[slot] })
    }
  }
}
