/** What records mean, written as plainly as possible: maps and copies. The oracle of the replica's tests. */
import type { Arch } from '../../arch/arch.ts'
import {
  COPY_CLEAN,
  COPY_WRPROTECT,
  EVERY_TAG,
  FIELDS,
  FLUSH,
  FLUSH_LAST_LEVEL,
  KIND,
  OBJ,
  OBJ_NAMES,
  TLB_GLOBAL,
} from '../schema.ts'
import type { Trace } from '../trace.ts'
import { ids } from './random.fixture.ts'

interface Table {
  words: number[]
  entries: Map<number, [number, number, number]>
}
interface Thing {
  head: number[]
  fields: [number, number][]
}
interface Frame {
  kind: number
  order: number
  flags: number
  head: number
  changedAt: number
}

export class Model {
  private readonly arch: Arch
  private readonly tables = new Map<number, Table>()
  private readonly things = new Map<string, Thing>()
  private readonly frames = new Map<number, Frame>()
  private readonly tlbs = Array.from({ length: ids.cpus }, () => new Map<number, number[]>())
  /** By slot and whether it is a page: slot, tag, table, depth, first page. */
  private readonly uppers = Array.from({ length: ids.cpus }, () => new Map<string, number[]>())
  private readonly tags = Array.from({ length: ids.cpus }, () => new Map<number, number>())

  constructor(arch: Arch) {
    this.arch = arch
  }

  apply(trace: Trace, k: number): void {
    this.applyTables(trace, k)
    this.applyRest(trace, k)
  }

  private applyTables(trace: Trace, k: number): void {
    const [a, b, c, d, e] = [3, 4, 5, 6, 7].map((word) => trace.word(k, word))
    const [index, flags] = [trace.indexOf(k), trace.flags(k)]
    const table = this.tables.get(a)
    const kind = trace.kind(k)
    if (kind === KIND.PT_ALLOC)
      this.tables.set(a, {
        words: [flags, b, c, d, e, 0, 0, trace.mm(k), 0, index & 1, k + 1],
        entries: new Map(),
      })
    if (kind === KIND.PT_FREE) this.tables.delete(a)
    if (kind === KIND.PT_INSTALL && table) link(table, b, index, (table.words[9] & ~2) | 4)
    if (kind === KIND.PT_DEPOSIT && table) link(table, b, index, (table.words[9] & ~4) | 2)
    if (kind === KIND.PT_WITHDRAW && table) link(table, 0, 0, table.words[9] & ~6)
    if (kind === KIND.SET_ENTRY && table) set(table, index, d, e, k)
    if (kind === KIND.COPY_PTES) this.copy(trace, k)
    if (kind === KIND.ZAP_PTES && table) for (const i of maskOf(trace, k)) set(table, i, 0, 0, k)
  }

  private applyRest(trace: Trace, k: number): void {
    const [a, b, c, d, e] = [3, 4, 5, 6, 7].map((word) => trace.word(k, word))
    const [index, flags, cpu] = [trace.indexOf(k), trace.flags(k), trace.cpu(k)]
    const kind = trace.kind(k)
    if (kind === KIND.OBJ_NEW) this.things.set(`${flags}/${a}`, thing(flags, b, c, k))
    if (kind === KIND.OBJ_FREE) this.objectFree(flags, a)
    if (kind === KIND.FIELD) this.field(flags, a, index, d, e, k)
    if (kind === KIND.MM_PAGE_ALLOC)
      this.frames.set(a, { kind: flags, order: index, flags: b, head: a, changedAt: k })
    if (kind === KIND.MM_PAGE_FREE) for (let i = 0; i < b; i++) this.frames.delete(a + i)
    if (kind === KIND.PAGE_STATE) {
      for (let frame = a; frame < a + Math.max(1, b); frame++)
        this.frames.set(frame, {
          kind: flags,
          order: this.frames.get(frame)?.order ?? 0,
          flags: index,
          head: frame,
          changedAt: k,
        })
    }
    if (kind === KIND.TLB_FILL) this.tlbs[cpu].set(a, [k + 1, index, b, c, d, e])
    if (kind === KIND.WALK_CACHE_FILL) this.uppers[cpu].set(`${a}/table`, [a, index, b, c, d - (d % span(c))])
    if (kind === KIND.TLB_FILL_INVALID) this.uppers[cpu].set(`${a}/page`, [a, index, 0, 0, d])
    if (kind === KIND.CORRUPTION && flags === 1)
      this.dropUpper(cpu, ([, , table, depth]) => depth > 0 && table === c)
    if (kind === KIND.TLB_FLUSH) this.flushUpper(trace, k)
    if (kind === KIND.TLB_EVICT) this.tlbs[cpu].delete(a)
    if (kind === KIND.TLB_FLUSH) this.flush(cpu, flags & 3, index | ((flags >>> 2) << 16), b, d, e & 63)
    if (kind === KIND.SCHED_SWITCH) this.sched(cpu, index, b, c, k)
  }

  dump(): Record<string, unknown> {
    const tables = [...this.tables]
      .sort(([x], [y]) => x - y)
      .map(([id, table]) => {
        const entries = [...table.entries].filter(([, [lo, hi]]) => lo !== 0 || hi !== 0)
        table.words[8] = entries.length
        const shared = [...this.tables]
          .filter(([, other]) => other.words[1] === table.words[1])
          .map(([other]) => other)
        return {
          id,
          shared: shared.sort((x, y) => x - y),
          words: table.words,
          entries: entries.map(([i, entry]) => [i, ...entry]).sort((x, y) => x[0] - y[0]),
        }
      })
    const objects = OBJ_NAMES.flatMap((name, obj) =>
      Array.from({ length: ids.objects + 1 }, (_, id) => ({
        name,
        id,
        ...this.things.get(`${obj}/${id}`),
      })).filter((x) => x.head),
    )
    const frames = Array.from({ length: ids.frames + 8 }, (_, frame) => this.frame(frame))
    const tlbs = this.tlbs.map((tlb, cpu) => ({
      slots: Array.from({ length: ids.slots }, (_, slot) => tlb.get(slot) ?? []),
      used: tlb.size,
      upper: [...this.uppers[cpu].values()].sort(byNumbers),
      mms: [0, 1, 2].map((tag) => this.tags[cpu].get(tag) ?? 0),
    }))
    const tableCounts = [0, 1, 2].map((mm) => {
      const own = [...this.tables.values()].filter(({ words }) => words[7] === mm)
      return [own.length, own.filter(({ words }) => words[9] & 2).length]
    })
    return { tables, tableCounts, objects, frames, tlbs }
  }

  private frame(frame: number): Frame | null {
    const own = this.frames.get(frame)
    if (own) return own
    for (let order = 1; order < 3; order++) {
      const head = this.frames.get(frame - (frame % 2 ** order))
      if (head && head.order >= order) return head
    }
    return null
  }

  private copy(trace: Trace, k: number): void {
    const { pte } = this.arch
    const [child, parent] = [this.tables.get(trace.word(k, 3)), this.tables.get(trace.word(k, 4))]
    for (const i of maskOf(trace, k)) {
      let [lo, hi] = parent?.entries.get(i) ?? [0, 0]
      if (trace.flags(k) & COPY_WRPROTECT && pte.isWrite(lo, hi)) {
        lo = pte.wrprotect(lo, hi)
        hi = pte.hi
        if (parent) set(parent, i, lo, hi, k)
      }
      if (trace.flags(k) & COPY_CLEAN) {
        lo = pte.mkclean(lo, hi)
        hi = pte.hi
      }
      lo = pte.mkold(lo, hi)
      if (child) set(child, i, lo, pte.hi, k)
    }
  }

  private objectFree(obj: number, id: number): void {
    const known = this.things.get(`${obj}/${id}`)
    if (obj === OBJ.vma || obj === OBJ.file) this.things.delete(`${obj}/${id}`)
    else if (known) known.head[2] = 0
  }

  private field(obj: number, id: number, index: number, lo: number, hi: number, k: number): void {
    if (index >= FIELDS[OBJ_NAMES[obj]].length) return
    const known = this.things.get(`${obj}/${id}`) ?? thing(obj, 0, 0, k)
    this.things.set(`${obj}/${id}`, known)
    known.fields[index] = [lo, hi]
  }

  private sched(cpu: number, tag: number, mm: number, process: number, k: number): void {
    this.field(OBJ.cpu, cpu, 0, mm, 0, k)
    this.field(OBJ.cpu, cpu, 1, mm, 0, k)
    this.field(OBJ.cpu, cpu, 4, process, 0, k)
    if (mm === 0) return
    this.field(OBJ.cpu, cpu, 3, tag, 0, k)
    this.tags[cpu].set(tag, mm)
  }

  /** INVLPG drops all of the tag, whatever the page. */
  private flushUpper(trace: Trace, k: number): void {
    const [b, d, e] = [4, 6, 7].map((word) => trace.word(k, word))
    const flags = trace.flags(k)
    const tag = trace.indexOf(k) | ((flags >>> 2) << 16)
    const scope = flags & 3
    this.dropUpper(trace.cpu(k), ([, its, , depth, page]) => {
      if (scope === FLUSH.all) return true
      if (tag !== EVERY_TAG && its !== tag) return false
      if (scope === FLUSH.tag) return true
      return depth > 0 ? (e & FLUSH_LAST_LEVEL) === 0 : strides(b, d, e & 63).includes(page)
    })
  }

  private dropUpper(cpu: number, gone: (entry: number[]) => boolean): void {
    for (const [key, entry] of [...this.uppers[cpu]]) if (gone(entry)) this.uppers[cpu].delete(key)
  }

  private flush(cpu: number, scope: number, tag: number, first: number, pages: number, stride: number): void {
    for (const [slot, [, itsTag, lo, hiPerm, , size]] of [...this.tlbs[cpu]]) {
      const global = ((hiPerm >>> 20) & TLB_GLOBAL) !== 0
      const tagged = tag === EVERY_TAG || itsTag === tag
      const from = 0x1_0000_0000 + lo
      const covered = strides(0x1_0000_0000 + first, pages, stride).some(
        (page) => page >= from && page < from + 2 ** size,
      )
      const gone =
        scope === FLUSH.all || (scope === FLUSH.tag ? tagged && !global : covered && (tagged || global))
      if (gone) this.tlbs[cpu].delete(slot)
    }
  }
}

/** Pages below a table of x86-64 at some depth. */
function span(depth: number): number {
  return 2 ** (9 * (4 - depth))
}

/** In any fixed order. */
export function byNumbers(x: number[], y: number[]): number {
  return x.join() < y.join() ? -1 : 1
}

function link(table: Table, parent: number, index: number, flags: number): void {
  table.words[5] = parent
  table.words[6] = index
  table.words[9] = flags
}

function set(table: Table, index: number, lo: number, hi: number, k: number): void {
  if (index < table.words[3]) table.entries.set(index, [lo >>> 0, hi >>> 0, k])
}

function thing(obj: number, name: number, owner: number, k: number): Thing {
  return { head: [name, owner, 1, k + 1], fields: FIELDS[OBJ_NAMES[obj]].map(() => [0, 0]) }
}

function maskOf(trace: Trace, k: number): number[] {
  const [first, count] = [trace.indexOf(k), trace.word(k, 5)]
  const bits = Array.from({ length: count }, (_, i) => i)
  return bits.filter((i) => (trace.word(k + 1, 1 + (i >>> 5)) >>> (i & 31)) & 1).map((i) => first + i)
}

function strides(first: number, pages: number, stride: number): number[] {
  const list: number[] = []
  for (let page = first; page < first + pages; page += 2 ** stride) list.push(page)
  return list
}
