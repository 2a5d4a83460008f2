/** Random records over a few tables, objects, frames and TLB slots, for property tests. */
import type { Recorder } from '../recorder.ts'
import { COPY_CLEAN, COPY_WRPROTECT, FLUSH, FLUSH_LAST_LEVEL, KIND, OBJ, PG, TLB_GLOBAL } from '../schema.ts'

export const ids = { tables: 6, objects: 4, frames: 40, cpus: 2, slots: 20 }

/** Emits one event; what it is depends on `seed` alone. */
export function emitRandom(recorder: Recorder, seed: number): void {
  let state = seed | 1
  const random = (below: number) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9
    return (state >>> 4) % below
  }
  recorder.cpu = random(ids.cpus)
  recorder.mm = random(3)
  const table = () => 1 + random(ids.tables)
  const page = () => random(48)
  const every = random(4) === 0
  const makers: (() => void)[] = [
    () => recorder.emit(KIND.PT_ALLOC, random(2), 4, table(), random(3), 0, 16 + 48 * random(2), 4096),
    () => random(3) === 0 && recorder.emit(KIND.PT_FREE, 0, 4, table(), 0, 0, 0, 0),
    () => recorder.emit(KIND.PT_INSTALL, random(64), 4, table(), table(), 0, 0, 0),
    () => recorder.emit(random(2) ? KIND.PT_DEPOSIT : KIND.PT_WITHDRAW, 0, 4, table(), table(), 0, 0, 0),
    () =>
      recorder.emit(
        KIND.SET_ENTRY,
        random(64),
        4,
        table(),
        0,
        0,
        random(3) && random(0x7fffffff) * 2 + 1,
        random(2),
      ),
    () => recorder.emit(KIND.SET_ENTRY, random(64), 4, table(), 0, 0, random(0xfff), 0),
    () =>
      masked(
        recorder,
        KIND.COPY_PTES,
        random(2) * COPY_WRPROTECT + random(2) * COPY_CLEAN,
        table(),
        table(),
        random,
      ),
    () => masked(recorder, KIND.ZAP_PTES, 4, table(), 0, random),
    () => recorder.emit(KIND.OBJ_NEW, 0, random(6), random(ids.objects), random(9), random(9), 0, 0),
    () => recorder.emit(KIND.OBJ_FREE, 0, random(6), random(ids.objects), 0, 0, 0, 0),
    () => recorder.emit(KIND.FIELD, random(6), OBJ.mm, random(ids.objects), 0, 0, random(999), random(999)),
    () =>
      recorder.emit(KIND.FIELD, random(3), random(6), random(ids.objects), 0, 0, random(999), random(999)),
    () =>
      recorder.emit(
        KIND.MM_PAGE_ALLOC,
        random(3),
        random(10),
        random(ids.frames),
        random(2) * PG.referenced,
        0,
        0,
        0,
      ),
    () => recorder.emit(KIND.MM_PAGE_FREE, 0, 0, random(ids.frames), 1 + random(5), 0, 0, 0),
    () => recorder.emit(KIND.PAGE_STATE, random(256), random(10), random(ids.frames), 1 + random(3), 0, 0, 0),
    () => fill(recorder, random(ids.slots), page(), random),
    () => fill(recorder, random(ids.slots), page(), random),
    () => recorder.emit(KIND.WALK_CACHE_FILL, random(3), 0, random(4), table(), 1 + random(3), page(), 1),
    () => recorder.emit(KIND.TLB_FILL_INVALID, random(3), 0, random(4), 0, 0, page(), 1),
    () => recorder.emit(KIND.CORRUPTION, 0, random(3), 0, 0, table(), 0, 0),
    () => recorder.emit(KIND.TLB_EVICT, 0, 0, random(ids.slots), 0, 0, 0, 0),
    () =>
      recorder.emit(
        KIND.TLB_FLUSH,
        every ? 0xffff : random(3),
        flushScope(random) | (every ? 0xfc : 0),
        0,
        page(),
        1,
        1 + random(30),
        random(2) * random(5) + random(2) * FLUSH_LAST_LEVEL,
      ),
    () => recorder.emit(KIND.SCHED_SWITCH, random(3), 0, 0, random(4), random(5), 0, 0),
  ]
  makers[random(makers.length)]()
}

function flushScope(random: (below: number) => number): number {
  return random(8) === 0 ? FLUSH.all : 1 + random(3)
}

function fill(recorder: Recorder, slot: number, page: number, random: (below: number) => number): void {
  const size = random(4) === 0 ? 3 : 0
  const perms = random(5) === 0 ? TLB_GLOBAL : 3
  recorder.emit(
    KIND.TLB_FILL,
    random(3),
    0,
    slot,
    (page >> size) << size,
    1 | (perms << 20),
    random(99),
    size,
  )
}

function masked(
  recorder: Recorder,
  kind: number,
  flags: number,
  a: number,
  b: number,
  random: (below: number) => number,
): void {
  const count = 1 + random(64)
  const words = Math.ceil(count / 32)
  const mask = Uint32Array.from({ length: words }, () => (random(0x10000) * 0x10000 + random(0x10000)) >>> 0)
  if (count % 32 !== 0) mask[words - 1] &= 2 ** (count % 32) - 1
  recorder.emitMask(kind, random(8), flags, a, b, count, 0, 0, mask, words)
}
