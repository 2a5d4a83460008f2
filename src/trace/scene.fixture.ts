/** A small recorded story on x86-64: a process maps two pages, writes one, forks, and the child unmaps. */
import { testHeader } from './fixture.ts'
import { Recorder } from './recorder.ts'
import {
  COPY_WRPROTECT,
  CTX,
  FAULT,
  FIELDS,
  FLUSH,
  KIND,
  LEVEL,
  OBJ,
  PAGE,
  TLB_REASON,
  VM,
} from './schema.ts'
import { testArch } from './testArch.fixture.ts'
import { halvesOf } from './texts.ts'
import { Trace } from './trace.ts'

/** Address of the first page, and its indices from pgd to pte. */
export const PAGE_VA = 0x7f12_3456_7000n
export const INDICES = [39n, 30n, 21n, 12n].map((shift) => Number((PAGE_VA >> shift) & 511n))
const VPN = PAGE_VA >> 12n
const [VPN_LO, VPN_HI] = [Number(VPN & 0xffff_ffffn), Number(VPN >> 32n)]
const field = (name: (typeof FIELDS.mm)[number]) => FIELDS.mm.indexOf(name)
const WRITABLE = VM.READ | VM.WRITE | VM.MAYREAD | VM.MAYWRITE

export function scene(): Trace {
  const trace = new Trace({ ...testHeader, cpus: 2 })
  const r = new Recorder('full', (chunk) => trace.append(chunk))
  r.ctx = CTX.task
  call(r, 1, "spawn('a')", 5, () => {
    newMm(r, 1, 100, 1)
    r.emit(KIND.OBJ_NEW, 0, OBJ.process, 1, r.string('a'), 1, 0, 0)
    r.mm = 1
    r.emit(KIND.SCHED_SWITCH, 1, 0, 0, 1, 1, 0, 0)
  })
  call(r, 1, 'a.mmap(8192)', 6, () => {
    newVma(r, 1, 1)
    setField(r, OBJ.mm, 1, field('map_count'), 0, 1)
  })
  call(r, 1, 'a.write()', 7, () => fault(r))
  call(r, 1, "a.fork('b')", 8, () => {
    r.mm = 2
    newMm(r, 2, 200, 6)
    chain(r, 6, 201)
    r.mm = 1
    r.emit(KIND.OBJ_NEW, 0, OBJ.process, 2, r.string('b'), 2, 0, 0)
    newVma(r, 2, 2)
    r.emitMask(KIND.COPY_PTES, INDICES[3], COPY_WRPROTECT, 9, 4, 1, 0, 0, Uint32Array.of(1), 1)
  })
  call(r, 2, 'b.munmap()', 8, () => {
    r.mm = 2
    r.emitMask(KIND.ZAP_PTES, INDICES[3], 0, 9, 0, 1, 0, 0, Uint32Array.of(1), 1)
    r.emit(KIND.TLB_FLUSH, 1, FLUSH.range, TLB_REASON.localMmShootdown, VPN_LO, VPN_HI, 1, 0)
    r.emit(KIND.OBJ_FREE, 0, OBJ.vma, 2, 0, 2, 0, 0)
    r.emit(KIND.DMESG, 0, 1, r.string('BUG: Bad rss-counter state'), 0, 0, 0, 0)
  })
  r.emit(KIND.EXPECT, 0, 0, r.string('1 to be 2'), 12, 3, 0, 0)
  r.emit(KIND.LOG, 0, 0, r.string('hello'), 13, 1, 0, 0)
  const [x, y] = [halvesOf(0.5), halvesOf(-3)]
  r.emit(KIND.CHART, 0, 0, r.string('cost'), x[0], x[1], y[0], y[1])
  r.flush()
  return trace
}

function call(r: Recorder, pid: number, text: string, line: number, work: () => void): void {
  r.op++
  r.emit(KIND.SYS_ENTER, 0, 0, r.string(text), pid, line, 3, r.string('scene.ts'))
  work()
  r.emit(KIND.SYS_EXIT, 0, 0, r.string('0'), 0, 0, 0, 0)
}

function setField(r: Recorder, obj: number, id: number, index: number, old: number, value: number): void {
  r.emit(KIND.FIELD, index, obj, id, old, 0, value, 0)
}

function newMm(r: Recorder, mm: number, frame: number, table: number): void {
  r.emit(KIND.OBJ_NEW, 0, OBJ.mm, mm, 0, 0, 0, 0)
  r.mm = mm
  r.emit(KIND.PT_ALLOC, 0, LEVEL.pgd, table, frame, 0, 512, 4096)
  setField(r, OBJ.mm, mm, field('pgd'), 0, frame)
}

function newVma(r: Recorder, id: number, mm: number): void {
  r.emit(KIND.OBJ_NEW, 0, OBJ.vma, id, r.string('[anon]'), mm, 0, 0)
  r.emit(KIND.FIELD, 0, OBJ.vma, id, 0, 0, VPN_LO, VPN_HI)
  r.emit(KIND.FIELD, 1, OBJ.vma, id, 0, 0, VPN_LO + 2, VPN_HI)
  setField(r, OBJ.vma, id, 2, 0, WRITABLE)
}

/** pud, pmd and pte tables below a top table; their ids and frames follow. */
function chain(r: Recorder, top: number, frame: number): void {
  const levels = [LEVEL.pud, LEVEL.pmd, LEVEL.pte]
  levels.forEach((level, i) => {
    const id = top + 1 + i
    r.emit(KIND.PT_ALLOC, 0, level, id, frame + i, 0, 512, 4096)
    const holder = testArch.levels[i]
    const lo = holder.table?.mk(frame + i, 0, true) ?? 0
    r.emit(
      KIND.SET_ENTRY,
      INDICES[i],
      i === 0 ? LEVEL.pgd : levels[i - 1],
      id - 1,
      0,
      0,
      lo,
      holder.table?.hi ?? 0,
    )
    r.emit(KIND.PT_INSTALL, INDICES[i], level, id, id - 1, 0, 0, 0)
    setField(r, OBJ.mm, r.mm, field('pgtables_bytes'), i * 4096, (i + 1) * 4096)
  })
}

function fault(r: Recorder): void {
  const { pte } = testArch
  r.emit(KIND.PAGE_FAULT_USER, 6, 0, 0, 0, 0, VPN_LO, VPN_HI)
  chain(r, 1, 101)
  r.emit(KIND.MM_PAGE_ALLOC, 0, PAGE.anon, 777, 0, 0, 0, 0)
  setField(r, OBJ.mm, 1, field('rss_anon'), 0, 1)
  let lo = pte.mk(777, 3)
  lo = pte.mkwrite(lo, pte.hi)
  lo = pte.mkdirty(lo, pte.hi)
  lo = pte.mkyoung(lo, pte.hi)
  r.emit(KIND.SET_ENTRY, INDICES[3], LEVEL.pte, 4, 0, 0, lo, pte.hi)
  r.emit(KIND.FAULT_DONE, 0, FAULT.anon, 777, 0, 0, VPN_LO, VPN_HI)
  r.emit(KIND.TLB_FILL, 1, 0, 33, VPN_LO, VPN_HI | (3 << 20), 777, 0)
}
