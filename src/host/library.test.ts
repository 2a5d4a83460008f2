import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { Library } from './library.ts'

const TEXT =
  "import { scenario } from 'ptlab'\nexport default scenario({ title: 'One', about: 'why', group: 'G', minutes: 3, run() {} })\n"
let folder: string
let library: Library

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ptlab-library-'))
  mkdirSync(join(folder, 'lessons', 'deep'), { recursive: true })
  writeFileSync(join(folder, 'lessons', 'one.ts'), TEXT)
  writeFileSync(join(folder, 'lessons', 'deep', 'two.ts'), TEXT.replace('One', 'Two'))
  writeFileSync(join(folder, 'lessons', 'helper.ts'), 'export const a = 1\n')
  writeFileSync(join(folder, 'secret.ts'), 'secret')
  library = new Library(join(folder, 'lessons'), join(folder, 'mine'))
})

describe('gallery', () => {
  it('lists lessons and own scenarios, not their helpers', () => {
    library.save('my/new one.ts', TEXT.replace(", group: 'G'", ''))
    expect(library.gallery()).toEqual([
      { path: 'lessons/deep/two.ts', title: 'Two', group: 'G', minutes: 3, about: 'why', own: false },
      { path: 'lessons/one.ts', title: 'One', group: 'G', minutes: 3, about: 'why', own: false },
      { path: 'my/new one.ts', title: 'One', group: 'My scenarios', minutes: 3, about: 'why', own: true },
    ])
  })

  it('is empty without folders', () => {
    expect(new Library(join(folder, 'no'), join(folder, 'none')).gallery()).toEqual([])
  })
})

describe('own scenarios', () => {
  it('are saved, read and deleted', () => {
    library.save('my/a/b.ts', 'text')
    library.save('my/a/b.ts', 'new text')
    expect(library.read('my/a/b.ts')).toEqual({ path: 'my/a/b.ts', text: 'new text', own: true })
    expect(readdirSync(join(folder, 'mine', 'a'))).toEqual(['b.ts'])
    library.delete('my/a/b.ts')
    expect(() => library.read('my/a/b.ts')).toThrow(/no such scenario/)
  })

  it('show in the gallery whatever state they are in', () => {
    library.save('my/broken.ts', 'export default scen')
    const item = {
      path: 'my/broken.ts',
      title: 'broken',
      group: 'My scenarios',
      minutes: 0,
      about: '',
      own: true,
    }
    expect(library.gallery().filter((each) => each.own)).toEqual([item])
  })
})

describe('what is refused', () => {
  it.each([
    'my/../secret.ts',
    'my/../../secret.ts',
    'lessons/../secret.ts',
    '../secret.ts',
    '/etc/passwd',
    'my//a.ts',
    'my/.hidden.ts',
    'my/a\\..\\b.ts',
    'my/a.js',
    'my/con.ts',
    'my/a/',
    'my/',
    'other/a.ts',
    'my/a\0.ts',
    'my/ .ts',
    'my/C:.ts',
  ])('%j', (path) => {
    expect(() => library.read(path)).toThrow()
    expect(() => library.save(path, 'x')).toThrow()
    expect(() => library.delete(path)).toThrow()
    expect(readFileSync(join(folder, 'secret.ts'), 'utf8')).toBe('secret')
  })

  it('changing a lesson', () => {
    expect(() => library.save('lessons/one.ts', 'x')).toThrow(/lessons stay as they are/)
    expect(() => library.delete('lessons/one.ts')).toThrow(/lessons stay as they are/)
    expect(library.read('lessons/one.ts').text).toBe(TEXT)
  })

  it('links that lead out of the folder', () => {
    mkdirSync(join(folder, 'mine'))
    symlinkSync(join(folder, 'secret.ts'), join(folder, 'mine', 'link.ts'))
    symlinkSync(folder, join(folder, 'mine', 'up'))
    expect(() => library.read('my/link.ts')).toThrow(/leads out/)
    expect(() => library.save('my/up/new.ts', 'x')).toThrow(/leads out/)
    expect(existsSync(join(folder, 'new.ts'))).toBe(false)
  })
})
