import { runInThisContext } from 'node:vm'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import * as steps from '../../src/hw/steps.ts'
import { readProject } from './project.ts'
import { twins } from './twins.ts'

type Exports = Record<string, (...args: never[]) => unknown>

/** The seed of all fixtures: `at` yields its argument in steps and does nothing plainly. */
const POINT = `
export class Points {
  log: string[] = []
  reach(what: string): string { this.log.push('plain ' + what); return what }
  *reach$steps(what: string) { this.log.push('steps ' + what); yield what; return what }
}
export const points = new Points()
`

/** Compiles fixtures as the plugin does and evaluates them. */
function load(files: Record<string, string>): Exports {
  const texts = new Map(Object.entries({ 'point.ts': POINT, ...files }))
  const built = twins(texts, () => 'steps')
  const loaded = new Map<string, Exports>()
  const require = (name: string): unknown => {
    if (name === 'steps') return steps
    const file = name.replace('./', '')
    const known = loaded.get(file)
    if (known) return known
    const exports: Exports = {}
    loaded.set(file, exports)
    const source = built.code[file] ?? texts.get(file)!
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    })
    runInThisContext(`(function (exports, require) {${outputText}\n})`)(exports, require)
    return exports
  }
  require('./main.ts')
  return loaded.get('main.ts')!
}

/** Runs a function in steps to its end: what it yielded and what came out. */
function inSteps(work: unknown, ...args: unknown[]): { yields: unknown[]; value: unknown } {
  const yields: unknown[] = []
  const running = steps.callValue(work, args)
  for (;;) {
    const { done, value } = running.next()
    if (done) return { yields, value }
    yields.push(value)
  }
}

const main = (text: string, more: Record<string, string> = {}): Exports =>
  load({ 'main.ts': `import { points } from './point.ts'\n${text}`, ...more })

describe('twins of functions', () => {
  it('steps through calls of functions, with early returns and loops', () => {
    const { work } = main(`
      function inner(n: number): number {
        if (n > 2) return -1
        points.reach('inner ' + n)
        return n * 2
      }
      export function work(limit: number): number[] {
        const out: number[] = []
        for (const n of [0, 1, 2, 3]) {
          if (n === limit) return out
          out.push(inner(n))
        }
        return out
      }`)
    expect(inSteps(work, 9)).toEqual({ yields: ['inner 0', 'inner 1', 'inner 2'], value: [0, 2, 4, -1] })
    expect(inSteps(work, 1)).toEqual({ yields: ['inner 0'], value: [0] })
    expect((work as (n: number) => unknown)(9)).toEqual([0, 2, 4, -1])
  })

  it('leaves plain bodies as they are, character by character and line by line', () => {
    const text = `// first\nimport { points } from './point.ts'\nexport function a(): void {\n  points.reach('x')\n}\nclass B {\n  m(): void {\n    a()\n  }\n}\nexport const last = () => new Error().stack\n`
    const { code } = twins(
      new Map([
        ['point.ts', POINT],
        ['main.ts', text],
      ]),
      () => 'steps',
    )
    const lines = code['main.ts'].split('\n')
    const untouched = text.trimEnd().split('\n')
    untouched.forEach((line, i) => {
      if (i === 0) expect(lines[i].endsWith(line)).toBe(true)
      else if (line !== '}') expect(lines[i]).toBe(line)
      else expect(lines[i].endsWith('}')).toBe(true)
    })
  })

  it('runs finally and catch, and passes errors on', () => {
    const { work } = main(`
      export function work(log: string[]): string {
        try {
          try {
            points.reach('a')
            throw new Error('broken')
          } finally {
            points.reach('finally')
            log.push('finally')
          }
        } catch (error) {
          points.reach('catch')
          return (error as Error).message
        }
      }`)
    const log: string[] = []
    expect(inSteps(work, log)).toEqual({ yields: ['a', 'finally', 'catch'], value: 'broken' })
    expect(log).toEqual(['finally'])
  })

  it('keeps the order in which receiver and arguments are evaluated', () => {
    const { work } = main(`
      const log: string[] = []
      const say = (what: string): string => { log.push(what); return points.reach(what) }
      class Box { put(a: string, b: string): string { points.reach('put'); return a + b } }
      const box = (): Box => { log.push('box'); return new Box() }
      export function work(): string { return box().put(say('1'), say('2')) + log.join() }`)
    expect(inSteps(work)).toEqual({ yields: ['1', '2', 'put'], value: '12box,1,2' })
  })

  it('handles default and rest parameters and destructuring', () => {
    const { work } = main(`
      function inner({ a, b = 5 }: { a: number; b?: number }, [c]: number[], d = a + b, ...rest: number[]): number {
        points.reach('i')
        return a + b + c + d + rest.length
      }
      export function work(): number {
        const { x, ...others } = { x: inner({ a: 1 }, [2], undefined, 7, 8), y: 1 }
        return x + Object.keys(others).length
      }`)
    expect(inSteps(work)).toEqual({ yields: ['i'], value: 1 + 5 + 2 + 6 + 2 + 1 })
  })

  it('steps in conditions, templates, spreads, and short-circuits as plain code does', () => {
    const { work } = main(`
      const list = (what: string): string[] => [points.reach(what)]
      export function work(no: boolean): string {
        const some = no && points.reach('never')
        while (points.reach('while') !== 'while');
        return \`\${some} \${[...list('a'), ...list('b')].join('')} \${no ? points.reach('yes') : points.reach('no')}\`
      }`)
    expect(inSteps(work, false)).toEqual({ yields: ['while', 'a', 'b', 'no'], value: 'false ab no' })
  })
})

describe('twins of methods', () => {
  it('knows this, super, private names and inherited methods', () => {
    const { work } = main(`
      class Base {
        protected n = 1
        step(): number { points.reach('base'); return this.n }
        both(): number { return this.step() }
      }
      class Derived extends Base {
        #secret = 10
        #hidden(k: number): number { points.reach('hidden'); return this.#secret + k }
        override step(): number { return super.step() + this.#hidden(5) }
        get total(): number { return this.n }
      }
      export function work(): number { return new Derived().both() + new Derived().total }`)
    expect(inSteps(work)).toEqual({ yields: ['base', 'hidden'], value: 17 })
  })

  it('reaches every class behind an interface, and object literals', () => {
    const { work } = main(`
      interface Policy { count(n: number): number }
      class Yielding implements Policy { count(n: number): number { points.reach('class'); return n } }
      class Silent implements Policy { count(n: number): number { return n * 10 } }
      const literal: Policy = { count(n) { points.reach('literal'); return n * 100 } }
      const arrow: Policy = { count: (n) => { points.reach('arrow'); return n * 1000 } }
      function all(policy: Policy): number { return policy.count(1) }
      export function work(): number {
        return all(new Yielding()) + all(new Silent()) + all(literal) + all(arrow)
      }`)
    expect(inSteps(work)).toEqual({ yields: ['class', 'literal', 'arrow'], value: 1111 })
  })

  it('does not give a twin to a method of the same name that cannot yield', () => {
    const { code } = twins(
      new Map([
        ['point.ts', POINT],
        [
          'main.ts',
          `import { points } from './point.ts'
          class A { go(): void { points.reach('a') } }
          class B { go(): void {} }
          export function quiet(b: B): void { b.go() }
          export function loud(a: A): void { a.go() }`,
        ],
      ]),
      () => 'steps',
    )
    expect(code['main.ts']).toContain('loud$steps')
    expect(code['main.ts']).not.toContain('quiet$steps')
    expect(code['main.ts'].match(/\*go\$steps/g)).toHaveLength(1)
  })
})

describe('callbacks', () => {
  it('carries twins of arrow functions through parameters, keeping this', () => {
    const { work } = main(`
      function twice(work: () => number): number { return work() + work() }
      class A {
        n = 3
        go(): number { return twice(() => { points.reach('cb'); return this.n }) }
      }
      export function work(): number { return new A().go() }`)
    expect(inSteps(work)).toEqual({ yields: ['cb', 'cb'], value: 6 })
  })

  it('steps through visitors given as an object and through functions kept in variables', () => {
    const { work } = main(`
      interface Visitor { leaf(n: number): void; other?(): void }
      function walk(list: number[], visitor: Visitor): void {
        const { leaf } = visitor
        for (const n of list) if (n % 2) visitor.leaf(n)
        else leaf(n)
      }
      const plus = (n: number): number => { points.reach('plus'); return n + 1 }
      const minus = (n: number): number => n - 1
      export function work(up: boolean): number[] {
        const seen: number[] = []
        walk([1, 2], { leaf: (n) => { points.reach('leaf ' + n); seen.push(n) } })
        const change = up ? plus : minus
        return [...seen, change(1)]
      }`)
    expect(inSteps(work, true)).toEqual({ yields: ['leaf 1', 'leaf 2', 'plus'], value: [1, 2, 2] })
    expect(inSteps(work, false)).toEqual({ yields: ['leaf 1', 'leaf 2'], value: [1, 2, 0] })
  })

  it('makes calls of what a scenario gave, which nothing here says may yield, and of nothing', () => {
    const { work } = main(`
      type UserCode<F> = F
      function run(work?: UserCode<() => number>): number { return work?.() ?? -1 }
      export function work(give: () => number): number { return run(give) + run() }`)
    const give = Object.assign(() => 0, {
      *$steps() {
        yield 'given'
        return 5
      },
    })
    expect(inSteps(work, give)).toEqual({ yields: ['given'], value: 4 })
  })

  it('steps through callbacks of array methods', () => {
    const { work } = main(`
      export function work(): unknown {
        const out = [1, 2, 3].map((n) => { points.reach('map ' + n); return n * 2 })
        const any = out.some((n) => { points.reach('some'); return n === 4 })
        return { out, any }
      }`)
    expect(inSteps(work)).toEqual({
      yields: ['map 1', 'map 2', 'map 3', 'some', 'some'],
      value: { out: [2, 4, 6], any: true },
    })
  })

  it('gives a twin to functions made where only plain code runs', () => {
    const { work } = main(`
      class Holder {
        readonly act: (n: number) => number
        constructor(act: (n: number) => number) { this.act = act }
      }
      class Owner {
        readonly holder: Holder
        k = 2
        constructor() { this.holder = new Holder((n) => { points.reach('held'); return n * this.k }) }
      }
      const owner = new Owner()
      export function work(): number { return owner.holder.act(4) }`)
    expect(inSteps(work)).toEqual({ yields: ['held'], value: 8 })
  })

  it('steps across files and under other names', () => {
    const { work } = main(
      `import { leaf as renamed } from './leaf.ts'\nexport function work(): number { return renamed(2) }`,
      {
        'leaf.ts': `import { points } from './point.ts'\nexport function leaf(n: number): number { points.reach('far'); return n }`,
      },
    )
    expect(inSteps(work)).toEqual({ yields: ['far'], value: 2 })
  })
})

describe('what cannot be stepped', () => {
  it('names accessors, constructors and default values that may yield', () => {
    const { problems } = twins(
      new Map([
        ['point.ts', POINT],
        [
          'main.ts',
          `import { points } from './point.ts'
          export class A {
            constructor() { points.reach('new') }
            get x(): string { return points.reach('get') }
          }
          export function f(a = points.reach('default')): string { return a + points.reach('b') }`,
        ],
      ]),
      () => 'steps',
    )
    expect(problems.map((each) => each.replace(/^.*:\d+: /, ''))).toEqual([
      'a default value that may yield cannot be stepped through',
      'a constructor may reach a yield point and cannot be stepped through',
      'the accessor x may reach a yield point and cannot be stepped through',
    ])
  })

  it('is no accessor or default value of the kernel', () => {
    const { problems } = twins(readProject(process.cwd()), () => 'steps')
    // A constructor whose calls might yield under other circumstances is told at run time.
    const found = problems.filter((each) => !each.includes('a constructor may'))
    expect(found.filter((each) => /^src\/(hw|pgtable|mm|kernelmap|policy)\//.test(each))).toEqual([])
  })
})
