import { runInThisContext } from 'node:vm'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { callMethod, callValue, type Steps } from '../../hw/steps.ts'
import { loadProgram } from '../run/load.ts'
import { sourceColumn } from '../run/places.ts'
import { Checker } from './check.ts'

const checker = new Checker()
const compile = (text: string) => {
  const { program, problems } = checker.check({ id: 1, root: tmpdir(), file: 'a.ts', text, types: false })
  expect(problems).toEqual([])
  return program!
}

Object.assign(globalThis, { harden: <T>(value: T): T => value })

/** What yields: `lab.point(x)` in steps yields x. */
const log: string[] = []
const lab = {
  point(what: string): string {
    log.push(`plain ${what}`)
    return what
  },
  *point$steps(what: string): Steps<string> {
    yield what
    return what
  },
}

function load(text: string): Record<string, (...args: never[]) => unknown> {
  const compartment = { evaluate: (code: string) => runInThisContext(code) } as unknown as Compartment
  return loadProgram(
    compile(`// race\n${text}`),
    compartment,
    { lab },
    {
      firstSite: [0],
      setSite: () => {},
      tick: () => {},
    },
  ) as Record<string, (...args: never[]) => unknown>
}

function inSteps(running: Steps<unknown>): { yields: unknown[]; value: unknown } {
  const yields: unknown[] = []
  for (;;) {
    const { done, value } = running.next()
    if (done) return { yields, value }
    yields.push(value)
  }
}

const IMPORT = "import { lab } from 'ptlab'\n"

describe('functions of scenarios that race', () => {
  it('run in steps and, when they are called, to their end', () => {
    const { work } = load(`${IMPORT}
      const arrow = (n: number) => lab.point('arrow ' + n)
      const block = n => { if (n > 1) return lab.point('early'); return arrow(n) }
      function declared(a: number, { b = 2 } = {}): string { return hoisted() + block(a) + b }
      export const work = () => declared(1) + block(5)
      function hoisted() { return lab.point('hoisted') }`)
    expect(inSteps(callValue(work, []))).toEqual({
      yields: ['hoisted', 'arrow 1', 'early'],
      value: 'hoistedarrow 12early',
    })
    log.length = 0
    expect(work()).toBe('hoistedarrow 12early')
  })

  it('keep this, names, recursion, closures, spreads and exceptions', () => {
    const { work } = load(`${IMPORT}
      class Counter {
        n = 0
        add(k: number): this { this.n += lab.point('add').length + k; return this }
        static of(): Counter { return new Counter() }
        get twice(): number { return this.n * 2 }
      }
      const object = {
        name: 'o',
        say() { return (() => this.name + lab.point('say'))() },
      }
      const fact = function again(n: number): number { lab.point('f' + n); return n < 2 ? 1 : n * again(n - 1) }
      export const work = () => {
        const parts = [object.say(), ...[1].map((n) => lab.point('map') + n)]
        try {
          ;[1, 2].forEach((n) => { if (n === 2) throw new Error(lab.point('thrown')) })
        } catch (error) {
          parts.push((error as Error).message)
        } finally {
          lab.point('finally')
        }
        return [...parts, Counter.of().add(1).add(2).twice, fact(3), work.name].join()
      }`)
    expect(inSteps(callValue(work, []))).toEqual({
      yields: ['say', 'map', 'thrown', 'finally', 'add', 'add', 'f3', 'f2', 'f1'],
      value: 'osay,map1,thrown,18,6,work',
    })
  })

  it('begin statements where the line before has no semicolon, and are bodies without braces', () => {
    const { work } = load(`${IMPORT}
      export const work = (yes: boolean) => {
        const a = lab.point('a')
        lab.point('b').trim().concat('c')
        if (yes)
          lab.point('yes')
        else lab.point('no')
        for (const n of [1, 2]) lab.point('n' + n)
        return a
      }`)
    expect(inSteps(callValue(work, [true])).yields).toEqual(['a', 'b', 'yes', 'n1', 'n2'])
  })

  it('leave what is called back by others whole', () => {
    const { work } = load(`${IMPORT}
      export const work = () => 'x'.replace(/x/, (x) => x + 'y') + [3, 1].sort((a, b) => a - b) + lab?.point?.('no')`)
    expect(work()).toBe('xy1,3no')
  })

  it('keep lines, and columns through the insertions', () => {
    const text = `${IMPORT}export const race = (a) =>\n  a.one(1).two(2); const b = [\n  race\n]\n`
    const module = compile(text).modules[0]
    expect(module.code.split('\n')).toHaveLength(text.split('\n').length)
    const line = module.code.split('\n')[2]
    expect(sourceColumn(module, 3, line.indexOf('const b') + 1)).toBe(
      text.split('\n')[2].indexOf('const b') + 1,
    )
  })

  it('change nothing in a scenario that does not race', () => {
    expect(compile(`${IMPORT}export const f = (a) => a.one(1)\n`).modules[0].code).not.toContain('yield')
  })

  it('leave run itself as it is', () => {
    const text = `import { scenario } from 'ptlab'\nexport default scenario({ title: 't', about: '', run({ race }) { race(() => f(1), () => 2) } })\nconst f = (x) => x\n`
    const [module] = compile(text).modules
    expect(module.code).toContain('run({ race }) { race(')
    expect(module.code.match(/function\*/g)).toHaveLength(3)
  })

  it('call methods with a twin of their own', () => {
    expect(inSteps(callMethod(lab, 'point', ['x']))).toEqual({ yields: ['x'], value: 'x' })
  })
})
