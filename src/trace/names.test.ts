import { describe, expect, it } from 'vitest'
import { className, classOf, EVENT_NAMES, levelOf } from './names.ts'
import { FIELDS, KIND, LEVEL, OBJ } from './schema.ts'

const name = (kind: number, index: number, flags: number) =>
  className(classOf((kind | (index << 16)) >>> 0, (flags << 24) >>> 0))

describe('event names', () => {
  it('are the tracepoints of Linux where there is one', () => {
    expect(name(KIND.PAGE_FAULT_USER, 6, 0)).toBe('page_fault_user')
    expect(name(KIND.SET_ENTRY, 511, LEVEL.pmd | 0x80)).toBe('set_pmd')
    expect(name(KIND.FIELD, FIELDS.mm.indexOf('rss_anon'), OBJ.mm)).toBe('rss_stat')
    expect(name(KIND.FIELD, FIELDS.mm.indexOf('map_count'), OBJ.mm)).toBe('FIELD')
    expect(name(KIND.PT_ALLOC, 0, LEVEL.pud)).toBe('PT_ALLOC')
  })

  it('exist for every kind but payload', () => {
    for (const [kind, number] of Object.entries(KIND)) {
      if (kind === 'CONT') continue
      expect(EVENT_NAMES).toContain(name(number, 0, 0))
    }
    expect(EVENT_NAMES).not.toContain('CONT')
  })

  it('never fail on wild words', () => {
    for (const w of [0, 0xff, 0xffffffff, 0xdeadbeef]) {
      for (const w1 of [0, 0xff000000, 0xffffffff]) {
        expect(className(classOf((w & 0xffffff00) | 5, w1)).length).toBeGreaterThan(0)
        expect(levelOf(w, w1)).toBeLessThan(5)
      }
    }
  })
})
