import { describe, expect, it } from 'vitest'
import archs from './facts/archs.json' with { type: 'json' }
import historic from './facts/historic.json' with { type: 'json' }
import { NOT_MODELLED, USED } from './facts/coverage.ts'
import { compileArch } from './compile.ts'
import { variants, withoutMmu } from './index.ts'

/** Objects that are tables of names, not records with fields. */
const TABLES = new Set([
  'pte.fields',
  'pte.allMacros',
  'probedConfig',
  'protectionMap',
  'swap.samples',
  'refs',
  'freshPte',
  'freshPteLpa2',
])

function paths(value: unknown, at = '', found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return found
  for (const [key, inner] of Object.entries(value)) {
    const path = at === '' ? key : `${at}.${key}`
    found.add(path)
    if (TABLES.has(path)) continue
    if (Array.isArray(inner)) inner.forEach((item) => paths(item, `${path}[]`, found))
    else paths(inner, path, found)
  }
  return found
}

describe('the facts', () => {
  it('every field is used or listed with the reason why not, and nothing listed is gone', () => {
    const all = new Set<string>()
    for (const variant of archs.variants) paths(variant, '', all)
    const listed = [...Object.keys(USED), ...Object.keys(NOT_MODELLED)]
    expect([...all].filter((path) => !listed.includes(path))).toEqual([])
    expect(listed.filter((path) => !all.has(path))).toEqual([])
    expect(Object.keys(USED).filter((path) => path in NOT_MODELLED)).toEqual([])
  })

  it('every variant of archs.json has a descriptor, in the same family and as uncertain as the facts', () => {
    const known = new Map(variants().map((v) => [v.id, v]))
    for (const fact of archs.variants) {
      const variant = known.get(fact.id)
      expect(variant?.family, fact.id).toBe(fact.arch)
      if (fact.uncertain) expect(variant?.uncertain, fact.id).not.toEqual([])
    }
  })

  it('every architecture of historic.json is there, with its last kernel and its geometry', () => {
    for (const fact of historic.architectures) {
      if (fact.mmu === false) {
        expect(withoutMmu.map((v) => v.id)).toContain(fact.arch)
        continue
      }
      const own = variants().filter((v) => v.family === fact.arch)
      expect(own.length, fact.arch).toBeGreaterThan(0)
      for (const v of own) expect(v.lastKernel, v.id).toMatch(/^\d+\.\d+$/)
      for (const geometry of fact.geometry ?? []) {
        const shapes = own.map((v) =>
          JSON.stringify([v.pageShift, v.levels.map((l) => [l.name, l.shift, l.entries, l.entryBytes])]),
        )
        expect(shapes, `${fact.arch} ${geometry.name}`).toContain(
          JSON.stringify([
            geometry.pageShift,
            geometry.levels.map((l) => [l.name, l.shift, l.entries, l.entryBytes]),
          ]),
        )
      }
    }
  })

  it('ids and aliases are unique', () => {
    const names = variants().flatMap((v) => [v.id, ...(v.aliases ?? [])])
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })

  it('every feature of every variant can be switched both ways', () => {
    for (const variant of variants()) {
      for (const { name } of variant.features) {
        for (const value of [true, false])
          expect(() => compileArch(variant, { [name]: value }), `${variant.id} ${name}`).not.toThrow()
      }
    }
  })
})
