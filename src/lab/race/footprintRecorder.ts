/**
 * A recorder that keeps no trace: events become keys of the footprint of the running step, and the kinds that matter for
 * a verdict are counted.
 */
import type { EntryOps } from '../../arch/arch.ts'
import { Recorder } from '../../trace/recorder.ts'
import { FIELDS, KIND, LEVEL, OBJ } from '../../trace/schema.ts'
import { Footprint } from './footprint.ts'

/** Fields of mm_struct that are only ever added to, and nothing else reads while a race goes on. */
const SUMS: ReadonlySet<string> = new Set([
  'rss_anon',
  'rss_file',
  'rss_shmem',
  'rss_swap',
  'pgtables_bytes',
  'nr_ptes',
  'nr_pmds',
  'nr_puds',
  'hiwater_rss',
  'hiwater_vm',
])
const COMMUTES = FIELDS.mm.map((name) => SUMS.has(name))

export class FootprintRecorder extends Recorder {
  footprint = new Footprint()
  /** Entries of the machine's pte level. */
  leaf: EntryOps | null = null

  constructor() {
    super('counters')
    // Events of which only the trace knows are needed too.
    this.on = true
  }

  override string(): number {
    return 0
  }

  override flush(): void {
    this.footprint = new Footprint()
  }

  override emitMask(kind: number, index: number, flags: number, a: number, b: number): void {
    this.counts[kind | this.lane]++
    // Which pages the entries map is not known here.
    this.footprint.note('pages *', true)
    this.footprint.note('pages', true)
    this.footprint.note(`table ${a} ${index}`, true)
    if (kind === KIND.COPY_PTES) this.footprint.note(`table ${b} ${index}`, true)
    void flags
  }

  override emit(
    kind: number,
    index: number,
    flags: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
  ): void {
    this.counts[kind | this.lane]++
    const print = this.footprint
    if (kind === KIND.SET_ENTRY) {
      // The entry itself is noted where the table is written.
      if ((flags & 7) === LEVEL.pte) this.pages(print, b, c, d, e)
    } else if (kind === KIND.FIELD) this.field(print, index, flags, a)
    else if (kind === KIND.OBJ_NEW || kind === KIND.OBJ_FREE) this.object(print, flags, a)
    else this.other(print, kind, a, b)
  }

  private pages(print: Footprint, oldLo: number, oldHi: number, lo: number, hi: number): void {
    const { leaf } = this
    if (leaf === null) return
    for (const [low, high] of [
      [oldLo, oldHi],
      [lo, hi],
    ]) {
      if (leaf.isPresent(low, high)) print.note(`page ${leaf.pfn(low, high)}`, true)
    }
    print.note('pages', false)
  }

  private field(print: Footprint, index: number, obj: number, id: number): void {
    if (obj === OBJ.machine || obj === OBJ.process) return
    if (obj === OBJ.mm && COMMUTES[index]) return
    if (obj === OBJ.mm) print.note(`mm ${id} ${index}`, true)
    else if (obj === OBJ.vma) print.note(`vmas ${this.mm}`, true)
    else if (obj === OBJ.cpu) print.note(`cpu ${id}`, true)
    else print.opaque = true
  }

  private object(print: Footprint, obj: number, _id: number): void {
    if (obj === OBJ.vma) print.note(`vmas ${this.mm}`, true)
    else if (obj === OBJ.file) print.opaque = true
  }

  private other(print: Footprint, kind: number, a: number, b: number): void {
    switch (kind) {
      case KIND.STORE:
        return print.note(`data ${a}`, true)
      case KIND.MM_PAGE_FREE:
        for (let frame = a; frame < a + Math.max(1, b); frame++) print.note(`page ${frame}`, true)
        return
      case KIND.PAGE_STATE:
        return print.note(`page ${a}`, true)
      case KIND.DMESG:
        return print.note('dmesg', true)
      case KIND.TLB_FILL:
      case KIND.TLB_EVICT:
      case KIND.TLB_FLUSH:
      case KIND.SCHED_SWITCH:
      case KIND.TLB_IPI_DONE:
      case KIND.WALK_CACHE_FILL:
      case KIND.TLB_FILL_INVALID:
      case KIND.CR3_WRITE:
      case KIND.LAZY_ENTER:
      case KIND.LAZY_EXIT:
        return print.note(`cpu ${this.cpu}`, true)
      case KIND.TLB_IPI:
      case KIND.TLB_FLUSH_SKIP_LAZY:
      case KIND.TLB_FLUSH_LOST:
        return print.note(`cpu ${a}`, true)
      default:
        if (!INERT.has(kind)) print.opaque = true
    }
  }
}

/** Events that report what other keys already say, or that touch nothing another task can see. */
const INERT: ReadonlySet<number> = new Set([
  KIND.SYS_ENTER,
  KIND.SYS_EXIT,
  KIND.PT_ALLOC,
  KIND.PT_FREE,
  KIND.PT_INSTALL,
  KIND.PT_RACE_LOST,
  KIND.MM_PAGE_ALLOC,
  KIND.PAGE_FAULT_USER,
  KIND.FAULT_DONE,
  KIND.SIGNAL,
  KIND.GATHER_BEGIN,
  KIND.GATHER_ADD,
  KIND.GATHER_FLUSH,
  KIND.GATHER_END,
  KIND.EXPECT,
  KIND.LOG,
  KIND.CHART,
  KIND.RACE_BEGIN,
  KIND.RACE_YIELD,
  KIND.RACE_RUN,
  KIND.RACE_END,
  KIND.LOCK_WAIT,
  KIND.LOCK_TAKEN,
])
