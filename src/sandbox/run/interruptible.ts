/** What functions of scenarios that race are made of (check/interrupt.ts). */
import { LabError } from '../../lab/errors.ts'
import { asked, callMaybe, callMethod, callValue, startedBy, type Steps } from '../../lab/steps.ts'

type Body = (this: unknown, ...args: never[]) => Steps<unknown>
type Plain = (this: unknown, ...args: never[]) => unknown

export interface InterruptibleHelper {
  /** A function value. */
  g(body: Body, name?: string): Plain
  /** A function value with a name of its own, which its body knows it by. */
  n(make: (self: Plain) => Body, name: string): Plain
  /** A declared function is called. */
  r(plain: Plain, body: Body, self: unknown, args: ArrayLike<never>): unknown
  /** A method is called. */
  m(self: Record<string, unknown>, name: string, args: ArrayLike<never>): unknown
  /** Calls in steps: a value, a method, a method that may be missing. */
  c: typeof callValue
  k: typeof callMethod
  q: typeof callMaybe
  /** Begins a statement. */
  z: null
}

export function interruptible(prefix: string): InterruptibleHelper {
  return {
    g: (body, name = '') => plainOf(() => body, name),
    n: plainOf,
    r: (plain, body, self, args) => enter(plain, Reflect.apply(body, self, Array.from(args))),
    m: (self, name, args) =>
      enter(self[name], Reflect.apply(self[prefix + name] as Body, self, Array.from(args))),
    c: callValue,
    k: callMethod,
    q: callMaybe,
    z: null,
  }
}

function plainOf(make: (self: Plain) => Body, name: string): Plain {
  const plain: Plain = function (...args) {
    return enter(plain, Reflect.apply(body, this, args))
  }
  const body = make(plain)
  Object.defineProperty(plain, 'name', { value: name })
  return plain
}

/** Hands the generator to who wants to run it in steps; runs it to its end for everybody else. */
function enter(plain: unknown, steps: Steps<unknown>): unknown {
  if (asked.fn === plain) {
    asked.fn = null
    return startedBy(steps)
  }
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
    if (asked.racing) missedPoint()
  }
}

function missedPoint(): never {
  throw new LabError(
    'race: a call of the lab stands in a function that is called back by one the lab does not know (sort, replace, …): call it directly, or use forEach, map, filter, find, some, every or reduce',
  )
}
