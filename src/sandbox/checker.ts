/**
 * The checker: a long-lived child that type-checks scenarios and strips their types. It never evaluates them.
 * Loading the compiler takes longer than anything else here, so it happens once per host.
 */
import { Checker } from './check/check.ts'
import type { CheckAnswer, CheckRequest } from './messages.ts'

const checker = new Checker()

process.on('message', (request: CheckRequest) => process.send?.(answer(request)))
process.on('disconnect', () => process.exit(0))
checker.warm()

function answer(request: CheckRequest): CheckAnswer {
  try {
    return checker.check(request)
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { id: request.id, problems: [], program: null, failure }
  }
}
