import { mkdtempSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Checker } from './check.ts'
import { DECLARATIONS_FILE, declarations } from './declarations.ts'
import { withHint } from './hints.ts'
import { Language } from './language.ts'
import type { Problem } from '../messages.ts'

const root = mkdtempSync(join(tmpdir(), 'ptlab-check-'))
const checker = new Checker()
const check = (text: string, types = false) => checker.check({ id: 1, root, file: 'a.ts', text, types })
const places = (problems: Problem[]) =>
  problems.map((each) => `${each.file}:${each.line}:${each.column} ${each.message}`)
const codeOf = (text: string) => check(text).program?.modules.at(-1)?.code ?? ''

const HEAD = "import { scenario } from 'ptlab'\n"
const body = (text: string) =>
  `${HEAD}export default scenario({ title: 't', about: '', run({ machine, log }) {\n${text}\n} })\n`

describe('compiling', () => {
  it('keeps every line and blanks imports, exports and types', () => {
    const text = `import { scenario, type Machine } from 'ptlab'\nexport const a: number = 1\nexport default scenario({ title: 't' as string })\n`
    const code = codeOf(text)
    expect(code.split('\n')).toHaveLength(text.split('\n').length)
    expect(code).toContain('       const a         = 1')
    expect(code.split('\n')[2].startsWith('$_.d =')).toBe(true)
    expect(code).not.toMatch(/import|Machine|export|string/)
  })

  it('marks calls by their last argument or by their object', () => {
    const code = codeOf('const p = m.spawn()\np.mmap({ length: q(1) }).x(...y)\n')
    expect(code).toBe(
      'const p = $_.s(m,0).spawn()\np.mmap($_.s({ length: q($_.s(1,3)) },2)).x(...$_.s(y,1))\n',
    )
  })

  it('puts a tick into every loop', () => {
    expect(codeOf('for (;;) f(1)\nwhile (x) { y++ }\n')).toBe(
      'for (;;) {$_.t(0);f($_.s(1,1))}\nwhile (x) {$_.t(2); y++ }\n',
    )
  })

  it('hands over strings that the confinement would reject and blanks comments', () => {
    const module = check("const a = 'pgd --> pte'; // import( and <!--\nlog(`import(\n2`, a)\n").program
      ?.modules[0]
    expect(module?.texts).toEqual(['pgd --> pte', 'import(\n2'])
    expect(module?.code).toBe('const a = $_.x[0]      ; //       ( and     \nlog($_.x[1] \n  , $_.s(a,0))\n')
  })

  it('says where real dynamic imports, eval and HTML comments stand', () => {
    expect(places(check("const x = 1\nimport('fs')\n").problems)[0]).toMatch(
      /^a.ts:2:1 import\(…\) is not available/,
    )
    expect(places(check('let n = 3\nwhile (n --> 0) {}\n').problems)[0]).toMatch(
      /^a.ts:2:10 '-->' reads as an old HTML comment/,
    )
    expect(places(check("eval('1')\n").problems)[0]).toMatch(/^a.ts:1:1 eval/)
  })
})

describe('imports', () => {
  it.each([
    ["import fs from 'node:fs'", /^a.ts:1:16 'node:fs' cannot be imported/],
    ["import x from '../x.ts'", /^a.ts:1:15 '..\/x.ts' lies outside/],
    ["import x from './missing.ts'", /^a.ts:1:15 There is no file 'missing.ts'/],
    ["import x from '/etc/passwd'", /^a.ts:1:15 '\/etc\/passwd' cannot be imported/],
    ["export * from 'typescript'", /^a.ts:1:15 'typescript' cannot be imported/],
  ])('%s is refused', (text, message) => {
    expect(places(check(text).problems)[0]).toMatch(message)
  })

  it('follows relative files and orders them', () => {
    mkdirSync(join(root, 'lib'), { recursive: true })
    writeFileSync(join(root, 'lib/b.ts'), "import { c } from '../c'\nexport const b = c + 1\n")
    writeFileSync(join(root, 'c.ts'), 'export const c = 1\n')
    const answer = check(
      "import * as all from './lib/b.ts'\nexport { c as d } from './c.ts'\nexport default all.b\n",
    )
    expect(answer.problems).toEqual([])
    expect(answer.program?.modules.map((each) => each.file)).toEqual(['c.ts', 'lib/b.ts', 'a.ts'])
    const last = answer.program?.modules.at(-1)
    expect(last?.imports).toEqual([{ local: 'all', module: 1, name: '*' }])
    expect(last?.reexports).toEqual([['d', 0, 'c']])
  })

  it('names the files of a cycle', () => {
    writeFileSync(join(root, 'loop.ts'), "import './a.ts'\n")
    expect(places(check("import './loop.ts'\n").problems)[0]).toMatch(
      /^loop.ts:1:8 Import cycle: a.ts → loop.ts → a.ts/,
    )
  })
})

describe('problems', () => {
  it('places a syntax error', () => {
    expect(places(check('const a = \nconst b = 2\n').problems)[0]).toMatch(/^a.ts:2:1 /)
  })

  it('places a type error against the lab API', () => {
    const { problems, program } = check(body("  machine.spawn('a').mmap({ lenth: 4096 })"), true)
    expect(program).toBeNull()
    expect(places(problems)[0]).toMatch(/^a.ts:3:29 .*'lenth' does not exist/)
  })

  it('accepts what the API declares', () => {
    expect(
      check(body("  const p = machine.spawn('a')\n  log(p.mmap({ length: 4096 }))"), true).problems,
    ).toEqual([])
  })

  it('explains names that are absent on purpose', () => {
    expect(places(check(body('  console.log(1)'), true).problems)[0]).toMatch(/^a.ts:3:3 .*use log\(…\)/)
  })

  it.each([
    ['enum E { a }', /enum cannot be run/],
    ['namespace N { export const a = 1 }', /namespace cannot be run/],
    ['class A { constructor(private x: number) {} }', /Parameter properties/],
    ['await 1', /nothing to await/],
    ['export let n = 1', /Only constants/],
    ['const a = import.meta', /import.meta/],
  ])('refuses %s', (text, message) => {
    expect(check(text).problems[0].message).toMatch(message)
  })
})

describe('the declarations', () => {
  it('stand alone: no imports, no type errors', () => {
    expect(declarations()).not.toMatch(/^\s*(import|export .* from) /m)
    const language = new Language()
    language.setFiles(new Map([['a.ts', "import 'ptlab'\n"]]))
    expect(language.typeProblems(DECLARATIONS_FILE)).toEqual([])
  })

  it('document what they declare', () => {
    expect(declarations()).toMatch(/\/\*\* mmap\(2\)\..*\*\/\n\s*mmap\(args: MmapArgs\): bigint/)
  })
})

describe('hints', () => {
  it.each([
    ["Cannot find name 'console'.", /use log/],
    [
      "Cannot find name 'process'. Do you need to install type definitions for node?",
      /^Cannot find name 'process'\. A scenario cannot reach/,
    ],
    [
      'ReferenceError: Uint8Array is not defined',
      /^ReferenceError: Uint8Array is not defined\. Scenarios have/,
    ],
    ["Cannot find name 'foo'.", /^Cannot find name 'foo'\.$/],
    ['constructor is not defined', /^constructor is not defined$/],
  ])('%s', (message, expected) => {
    expect(withHint(message)).toMatch(expected)
  })
})
