/**
 * The bytes of one mm_struct. Every access goes through the offsets of the unit that makes it, so that units which
 * disagree really read and write each other's fields.
 */
import type { StructLayout, UnitLayout } from '../../trace/layout/struct.ts'

const TWO32 = 4294967296
/** Where the simulated kernel's slab would put mm_structs; only differences of such addresses matter. */
const SLAB = { 32: 0x8c00_0000, 64: 0x8800_0000 } as const
const SPACING = 0x1000

export class MmImage {
  readonly layout: StructLayout
  /** Address of the struct as the simulated kernel sees it; the upper half of a 64-bit one is left out. */
  readonly base: number
  private readonly bytes: DataView
  private readonly slots: ReadonlyMap<string, number>

  constructor(layout: StructLayout, id: number) {
    this.layout = layout
    this.base = SLAB[layout.bits === 64 ? 64 : 32] + (id % 4096) * SPACING
    const size = Math.max(...layout.units.map((unit) => unit.bytes))
    this.bytes = new DataView(new ArrayBuffer(size + 16))
    this.slots = new Map(layout.fields.map((field, slot) => [field.name, slot]))
  }

  /** Number of a field, −1 when no unit has one of that name. */
  slot(name: string): number {
    return this.slots.get(name) ?? -1
  }

  /** The field as `unit` reads it; 0 where its struct has none. */
  read(unit: UnitLayout, slot: number): number {
    const at = unit.offsets[slot]
    return at < 0 ? 0 : this.at(at, this.layout.fields[slot].bytes)
  }

  /** Writes the field at the unit's offset. Returns the offset, −1 where its struct has none. */
  write(unit: UnitLayout, slot: number, value: number): number {
    const at = unit.offsets[slot]
    if (at >= 0) this.put(at, this.layout.fields[slot].bytes, value)
    return at
  }

  /** Address of a field as a unit computes it. */
  address(unit: UnitLayout, slot: number): number {
    return this.base + unit.offsets[slot]
  }

  /** Fields of a unit's struct that overlap `bytes` bytes from offset `at` on. */
  overlapping(unit: UnitLayout, at: number, bytes: number): number[] {
    const hit: number[] = []
    for (let slot = 0; slot < unit.offsets.length; slot++) {
      const offset = unit.offsets[slot]
      if (offset < 0 || offset + this.layout.fields[slot].bytes <= at || offset >= at + bytes) continue
      hit.push(slot)
    }
    return hit
  }

  /** Signed: 4 or 8 bytes, exact below 2^53. */
  private at(offset: number, bytes: number): number {
    const { littleEndian } = this.layout
    if (bytes === 4) return this.bytes.getInt32(offset, littleEndian)
    const [low, high] = littleEndian ? [0, 4] : [4, 0]
    const lo = this.bytes.getUint32(offset + low, littleEndian)
    return this.bytes.getInt32(offset + high, littleEndian) * TWO32 + lo
  }

  put(offset: number, bytes: number, value: number): void {
    const { littleEndian } = this.layout
    if (bytes === 4) {
      this.bytes.setInt32(offset, value | 0, littleEndian)
      return
    }
    const [low, high] = littleEndian ? [0, 4] : [4, 0]
    this.bytes.setUint32(offset + low, value >>> 0, littleEndian)
    this.bytes.setInt32(offset + high, Math.floor(value / TWO32) | 0, littleEndian)
  }
}
