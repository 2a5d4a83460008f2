/** What can be asked of a trace, whoever recorded it. */
import type { Arch } from '../arch/arch.ts'
import { readDeclaration } from '../arch/declaration.ts'
import { archOf } from '../arch/declare.ts'
import { TraceQuery } from '../trace/query.ts'
import type { Trace } from '../trace/trace.ts'

/** @throws Error for a machine that this lab does not know. */
export function queryOf(trace: Trace): TraceQuery {
  return new TraceQuery(trace, archOfTrace(trace))
}

/** @throws Error for a machine that this lab does not know. */
export function archOfTrace({ header }: Trace): Arch {
  const features = Object.entries(header.features).map(([name, value]) => [name, Boolean(value)] as const)
  const { arch, definition } = header
  // A file may say anything here.
  const named = definition === undefined ? { arch } : { arch, definition: readDeclaration(definition) }
  return archOf(named, Object.fromEntries(features))
}
