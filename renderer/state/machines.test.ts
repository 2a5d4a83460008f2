import { beforeEach, describe, expect, it } from 'vitest'
import { FAKE_ARCHES, FAKE_GALLERY } from '../dev/fakeTexts.ts'
import { override, overridden, overridePolicy, overrides, searchArches } from './machines.ts'
import { freePath } from './newScenario.ts'
import { groupGallery, OWN_GROUP } from '../panes/galleryGroups.ts'

beforeEach(() => {
  overrides.value = {}
})

describe('overrides', () => {
  it('come and go one by one', () => {
    override('arch', 'arm64')
    overridePolicy('accounting', 'A2')
    expect(overrides.value).toEqual({ arch: 'arm64', policies: { accounting: 'A2' } })
    overridePolicy('accounting', undefined)
    override('arch', undefined)
    expect([overrides.value, overridden.value]).toEqual([{}, false])
  })
})

it('finds architectures by every word', () => {
  expect(searchArches(FAKE_ARCHES, 'ARM 16k').map((row) => row.id)).toEqual(['arm64-16k-va47'])
  expect(searchArches(FAKE_ARCHES, 'x86_64').map((row) => row.id)).toEqual(['x86-64-4level'])
  expect(searchArches(FAKE_ARCHES, '')).toHaveLength(FAKE_ARCHES.length)
})

it('names new files as nobody else is named', () => {
  const items = FAKE_GALLERY.map((item) => ({ ...item }))
  expect(freePath(items, 'walk.ts')).toBe('my/walk.ts')
  expect(
    freePath([...items, { ...items[6], path: 'my/walk.ts', own: true } as (typeof items)[0]], 'walk.ts'),
  ).toBe('my/walk-2.ts')
})

it('puts the beginning first and own files last', () => {
  const titles = groupGallery([...FAKE_GALLERY].reverse()).map((group) => group.title)
  expect([titles[0], titles.at(-1)]).toEqual(['Start here', OWN_GROUP])
})
