/** What each CPU did along the trace, in so many equal pieces that memory stays the same whatever the length. */
import { KIND } from '../schema.ts'

/** Kinds of work, as bits of a piece. */
export const WORK = { other: 1, fault: 2, tables: 4, flush: 8, ipi: 16, switch: 32 } as const
export type WorkName = keyof typeof WORK

const PIECES = 4096

const WORK_OF = new Uint8Array(256).fill(WORK.other)
for (const kind of [KIND.PAGE_FAULT_USER, KIND.PAGE_FAULT_KERNEL, KIND.FAULT_DONE, KIND.SIGNAL])
  WORK_OF[kind] = WORK.fault
for (const kind of [
  KIND.SET_ENTRY,
  KIND.COPY_PTES,
  KIND.ZAP_PTES,
  KIND.PT_ALLOC,
  KIND.PT_FREE,
  KIND.PT_INSTALL,
])
  WORK_OF[kind] = WORK.tables
for (const kind of [KIND.TLB_FLUSH, KIND.GATHER_FLUSH, KIND.TLB_FLUSH_LOST]) WORK_OF[kind] = WORK.flush
for (const kind of [KIND.TLB_IPI, KIND.TLB_IPI_DONE]) WORK_OF[kind] = WORK.ipi
for (const kind of [KIND.SCHED_SWITCH, KIND.LAZY_ENTER, KIND.LAZY_EXIT, KIND.CR3_WRITE])
  WORK_OF[kind] = WORK.switch

export class Activity {
  /** Records in a piece. */
  stride = 1
  private readonly lanes: Uint8Array[]

  constructor(cpus: number) {
    this.lanes = Array.from({ length: Math.max(1, cpus) }, () => new Uint8Array(PIECES))
  }

  add(k: number, kind: number, cpu: number): void {
    while (k >= PIECES * this.stride) this.halve()
    if (cpu < this.lanes.length) this.lanes[cpu][Math.floor(k / this.stride)] |= WORK_OF[kind]
  }

  /** Pieces of a CPU in which something happened: flat pairs of piece and WORK bits. */
  marks(cpu: number): number[] {
    const marks: number[] = []
    this.lanes[cpu].forEach((bits, piece) => {
      if (bits !== 0) marks.push(piece, bits)
    })
    return marks
  }

  private halve(): void {
    for (const lane of this.lanes) {
      for (let i = 0; i < PIECES / 2; i++) lane[i] = lane[2 * i] | lane[2 * i + 1]
      lane.fill(0, PIECES / 2)
    }
    this.stride *= 2
  }
}
