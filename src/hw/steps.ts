/**
 * How code is run in steps. Every function that can reach a yield point has a twin, a generator that the build makes of
 * its body (build/steppable, CONTRIBUTING.md#interleavings): the method `name$steps` beside a method `name`, the
 * property `$steps` of a function. A twin yields where another CPU may run; plain bodies never know of it.
 */

/** What a twin yields is what its yield point gave it. */
export type Steps<T> = Generator<unknown, T, void>

/**
 * The type of a parameter that a scenario's function is given to: calls of it are made in steps, although no source here
 * says that it may yield.
 */
export type UserCode<F = unknown> = F

type Twin = (this: unknown, ...args: unknown[]) => Steps<unknown>
type Steppable = ((this: unknown, ...args: unknown[]) => unknown) & { $steps?: Twin }

/** Gives a function its twin. */
export function twin<F>(plain: F, steps: unknown): F {
  ;(plain as Steppable).$steps = steps as Twin
  return plain
}

/** owner.name(...args), in steps where that is possible. */
export function* callMethod(owner: unknown, name: string, args: unknown[]): Steps<unknown> {
  const object = owner as Record<string, unknown>
  const steps = object[`${name}$steps`] as Twin | undefined
  if (steps !== undefined) return yield* steps.apply(owner, args)
  if (Array.isArray(owner) && name in ARRAY && object[name] === Reflect.get(Array.prototype, name))
    return yield* ARRAY[name](owner, args[0], args[1])
  return yield* invoke(object[name], owner, args)
}

/** owner?.name?.(...args): nothing happens when there is no owner or no such method. */
export function* callMaybe(owner: unknown, name: string, args: unknown[]): Steps<unknown> {
  if (owner === undefined || owner === null) return undefined
  const method = (owner as Record<string, unknown>)[name]
  return method === undefined || method === null ? undefined : yield* callMethod(owner, name, args)
}

/** value(...args), in steps where that is possible. */
export function* callValue(value: unknown, args: unknown[]): Steps<unknown> {
  return yield* invoke(value, undefined, args)
}

/**
 * Functions of a scenario are one body that runs either way: they ask here. Set to the function that is called in steps,
 * which takes it back and returns its generator instead of running it. `racing`: a task of a race runs.
 */
export const asked: { fn: unknown; racing: boolean } = { fn: null, racing: false }

const started = new WeakSet<object>()

/** Marks what a scenario's function hands over instead of running. */
export function startedBy<T>(steps: Steps<T>): Steps<T> {
  started.add(steps)
  return steps
}

function* invoke(value: unknown, owner: unknown, args: unknown[]): Steps<unknown> {
  const fn = value as Steppable
  if (typeof fn === 'function' && Object.hasOwn(fn, '$steps')) return yield* fn.$steps!.apply(owner, args)
  asked.fn = fn
  let result: unknown
  try {
    result = Reflect.apply(fn, owner, args)
  } finally {
    asked.fn = null
  }
  if (typeof result === 'object' && result !== null && started.has(result))
    return yield* result as Steps<unknown>
  return result
}

type ArrayTwin = (list: unknown[], work: unknown, start?: unknown) => Steps<unknown>

/** Methods of arrays that call back. */
const ARRAY: Record<string, ArrayTwin> = {
  *forEach(list, work) {
    for (let i = 0; i < list.length; i++) yield* callValue(work, [list[i], i, list])
  },
  *map(list, work) {
    const out: unknown[] = []
    for (let i = 0; i < list.length; i++) out.push(yield* callValue(work, [list[i], i, list]))
    return out
  },
  *flatMap(list, work) {
    const out: unknown[] = []
    for (let i = 0; i < list.length; i++) out.push(yield* callValue(work, [list[i], i, list]))
    return out.flat()
  },
  *filter(list, work) {
    const out: unknown[] = []
    for (let i = 0; i < list.length; i++) if (yield* callValue(work, [list[i], i, list])) out.push(list[i])
    return out
  },
  *find(list, work) {
    for (let i = 0; i < list.length; i++) if (yield* callValue(work, [list[i], i, list])) return list[i]
    return undefined
  },
  *some(list, work) {
    for (let i = 0; i < list.length; i++) if (yield* callValue(work, [list[i], i, list])) return true
    return false
  },
  *every(list, work) {
    for (let i = 0; i < list.length; i++) if (!(yield* callValue(work, [list[i], i, list]))) return false
    return true
  },
  *reduce(list, work, start) {
    let value = start
    for (let i = 0; i < list.length; i++) value = yield* callValue(work, [value, list[i], i, list])
    return value
  },
}
