/** What a scenario must not be able to do, tried from inside. A probe that returns something truthy has escaped. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startLab } from './testing/lab.ts'
import type { TestLab } from './testing/lab.ts'

const PROBES: Record<string, string> = {
  process: "typeof process !== 'undefined'",
  require: "typeof require !== 'undefined'",
  module: "typeof module !== 'undefined' || typeof exports !== 'undefined'",
  'globalThis.process': 'globalThis.process',
  'this of a function': '(function () { return this })()',
  'this of the module': "typeof this !== 'undefined' && this.process",
  Function: "Function('return typeof process')() !== 'undefined'",
  'Function this': "Function('return this')().process",
  'arrow constructor': "(() => 1).constructor('return process')()",
  'function constructor': "(function () {}).constructor('return process')()",
  'async constructor': "(async () => 1).constructor('return process')()",
  'generator constructor': "(function* () {}).constructor('return process')().next()",
  'async generator constructor': "(async function* () {}).constructor('return process')()",
  'machine constructor chain': "machine.constructor.constructor('return process')()",
  'API function constructor': "machine.spawn.constructor('return process')()",
  'API result constructor': "machine.spawn('x').write.constructor('return process')()",
  'API array constructor': "machine.processes.constructor.constructor('return process')()",
  'expect constructor': "expect.constructor('return process')()",
  'matcher constructor': "expect(1).toBe.constructor('return process')()",
  'library constructor': "MiB.constructor('return process')()",
  'error constructor':
    "attempt(() => machine.spawn('x').mmap({ length: -1 })).constructor.constructor('return process')()",
  'own error constructor': "attempt(() => null.x).constructor.constructor('return process')()",
  'syntax error constructor': "attempt(() => Function('}')).constructor.constructor('return process')()",
  'engine error constructor':
    "attempt(() => { const f = () => f(); f() }).constructor.constructor('return process')()",
  prepareStackTrace: "Error.prepareStackTrace = (_, frames) => frames; new Error('x').stack?.[0]?.getThis",
  captureStackTrace:
    '(() => { const o = {}; Error.captureStackTrace?.(o); return /node:|\\/out\\//.test(String(o.stack)) })()',
  'host paths in stacks': "/node:|\\/out\\/|file:/.test(String(new Error('x').stack))",
  'host paths in API errors':
    "/node:|\\/out\\/|file:/.test(String(attempt(() => machine.spawn('x').mmap({ length: -1 })).stack))",
  caller: '(function f() { return f.caller })()',
  'arguments.callee': '(function () { return arguments.callee.caller })()',
  fetch: "typeof fetch !== 'undefined'",
  sockets:
    "typeof WebSocket !== 'undefined' || typeof XMLHttpRequest !== 'undefined' || typeof EventSource !== 'undefined'",
  timers:
    "typeof setTimeout !== 'undefined' || typeof setImmediate !== 'undefined' || typeof queueMicrotask !== 'undefined'",
  'web globals':
    "['performance', 'crypto', 'navigator', 'structuredClone', 'Buffer', 'URL', 'Worker', 'MessageChannel', 'Intl'].find((n) => n in globalThis)",
  'shared memory':
    "['SharedArrayBuffer', 'Atomics', 'WebAssembly', 'ArrayBuffer', 'Uint8Array', 'DataView'].find((n) => n in globalThis)",
  'weak references': "['WeakRef', 'FinalizationRegistry'].find((n) => n in globalThis)",
  'SES itself':
    "['Compartment', 'lockdown', 'harden', 'getStackString', 'assert'].find((n) => n in globalThis)",
  'indirect eval': "globalThis['ev' + 'al']?.('process')",
  'dynamic import in Function': "Function('return imp' + 'ort(\"node:fs\")')()",
  'dynamic import behind a comment': "Function('return imp' + 'ort/**/(\"node:fs\")')()",
  'dynamic import behind an HTML comment': "Function('<' + '!--\\nreturn imp' + 'ort(\"node:fs\")')()",
  'dynamic import in an async function': "(async () => 1).constructor('return imp' + 'ort(\"node:fs\")')()",
  'import.meta in Function': "Function('return imp' + 'ort.meta')()",
  'Object.prototype pollution': 'Object.prototype.polluted = 1; ({}).polluted',
  '__proto__ pollution': "({}).__proto__['polluted'] = 1; ({}).polluted",
  'constructor.prototype pollution':
    'Reflect.set(machine.constructor.prototype, "polluted", 1) && machine.polluted',
  'Array.prototype': 'Array.prototype.push = () => 7; [].push(1) === 7',
  'Map.prototype': 'Map.prototype.get = () => 7; new Map().get(1) === 7',
  'Promise.prototype': 'Promise.prototype.then = () => 7; Promise.resolve().then() === 7',
  'iterator prototype':
    'Object.getPrototypeOf([][Symbol.iterator]()).next = () => ({ done: true }); [...[1]].length === 0',
  'JSON.stringify': "JSON.stringify = () => 'x'; JSON.stringify(1) === 'x'",
  'Function.prototype.call': 'Function.prototype.call = () => 7; (() => 1).call() === 7',
  'new global': 'Reflect.set(globalThis, "mine", 1) && globalThis.mine',
  'API object':
    'Reflect.set(machine, "spawn", () => 7) || Reflect.defineProperty(machine, "spawn", { value: 7 })',
  'API prototype': 'Reflect.set(Object.getPrototypeOf(machine), "evil", 1) && machine.evil',
  'API result prototype':
    "Reflect.set(Object.getPrototypeOf(machine.spawn('x')), 'evil', 1) && machine.spawn('y').evil",
  'API result method':
    "(() => { const p = machine.spawn('x'); const proto = Object.getPrototypeOf(p); const target = Object.hasOwn(p, 'write') ? p : proto; Reflect.set(target, 'write', () => 7); return attempt(() => machine.spawn('y').write(0n)) === 7 })()",
  'API function property': 'Reflect.set(machine.spawn, "evil", 1)',
  'expect property': 'Reflect.set(expect, "evil", 1)',
  'API error prototype':
    "Reflect.set(Object.getPrototypeOf(attempt(() => machine.spawn('x').mmap({ length: -1 }))), 'evil', 1) && attempt(() => machine.spawn('x').mmap({ length: -1 })).evil",
  'setPrototypeOf machine': 'Reflect.setPrototypeOf(machine, {})',
  'setPrototypeOf Object.prototype': 'Reflect.setPrototypeOf(Object.prototype, { evil: 1 })',
  'inspect hook':
    "(() => { let got; log({ [Symbol.for('nodejs.util.inspect.custom')](...all) { got = all; return '' } }); return got?.[2]?.constructor('return process')() })()",
  'toString hook':
    '(() => { let got; log({ toString() { got = this?.process ?? (function () { return this })(); return "" } }); return got })()',
  'proxy argument':
    "(() => { let got; try { machine.spawn('x').mmap(new Proxy({ length: 4096 }, { get(_, k, r) { got ??= attempt(() => r.constructor.constructor('return process')()); return 4096 } })) } catch {} return got && !(got instanceof Error) })()",
  'getter argument':
    "(() => { try { machine.spawn('x').mmap({ get length() { throw { constructor: 1 } } }) } catch (e) { return e.process } })()",
  'helper object': "typeof $_ !== 'undefined' && $_",
  'arguments of the module':
    "(() => { const [helper] = moduleArguments; try { helper.s(1, 1e9); helper.t(-7); helper.s = 1 } catch {} machine.spawn('x'); return helper.s === 1 || helper.s.constructor('return process')() })()",
  'regexp statics': "/(a)/.test('a') && RegExp.$1",
  'Math.random': '!(attempt(() => Math.random()) instanceof Error)',
  'Date.now': '!(attempt(() => Date.now()) instanceof Error)',
  'new Date':
    '!(attempt(() => new Date().getTime()) instanceof Error) && !Number.isNaN(new Date().getTime())',
  'unexpected globals':
    'Reflect.ownKeys(globalThis).find((n) => /^(console|process|global|window|self|top|eval)$/.test(String(n)))',
}

let lab: TestLab
beforeAll(async () => {
  lab = await startLab()
})
afterAll(() => lab.close())

it(`none of ${Object.keys(PROBES).length} probes gets out`, async () => {
  const probes = Object.entries(PROBES).map(([name, code]) => {
    const statements = code.split('; ')
    const last = /^\(\(\) =>/.test(code) ? code : statements.pop()
    const before = last === code ? '' : statements.join('; ') + ';'
    return `  probe(${JSON.stringify(name)}, function () { ${before} return ${last} })`
  })
  const text = `import { scenario, MiB } from 'ptlab'
const moduleArguments = arguments
const attempt = (f) => { try { return f() } catch (e) { return e } }
export default scenario({ title: 'probes', about: '', run({ machine, expect, log }) {
  const probe = (name, f) => {
    let got
    try { got = f() } catch { got = false }
    if (got instanceof Promise || got instanceof Error) got = false
    log(name + ' => ' + (got ? 'ESCAPED' : 'held'))
  }
${probes.join('\n')}
} })
`
  const { end, machines } = await lab.run(text)
  expect(end).toEqual({ state: 'finished' })
  expect(machines[0].error).toBeNull()
  const said = machines[0].log
  expect(said.filter((line) => line.endsWith('ESCAPED'))).toEqual([])
  expect(said.filter((line) => line.endsWith('held'))).toHaveLength(probes.length)
})

it('a promise that imports later is refused too', async () => {
  const { machines } = await lab.run(
    lab.scenario(
      "Promise.resolve().then(() => Function('return imp' + 'ort(\"node:fs\")')()).then((fs) => log('ESCAPED'))",
    ),
  )
  expect(machines[0].log).toEqual([])
})

it('nothing of one run is seen by the next', async () => {
  const text = lab.scenario(
    'log(String(globalThis.left)); try { Object.getPrototypeOf(machine).left = 1; globalThis.left = 1 } catch {}; seen.push(1); log(String(seen.length))',
    'const seen: number[] = []',
  )
  await lab.run(text)
  const { machines } = await lab.run(text)
  expect(machines[0].log).toEqual(['undefined', '1'])
})
