/** The way an architecture flushes. */
import type { FlushSpec } from '../../arch/flush.ts'
import type { Kernel } from '../kernel.ts'
import { AddressBatch } from './addressBatch.ts'
import { AtClear } from './atClear.ts'
import { Broadcast } from './broadcast.ts'
import { CallOthers } from './call.ts'
import { Generations } from './generations.ts'
import { NewContext } from './newContext.ts'
import type { FlushScheme } from './scheme.ts'

export function makeScheme(spec: FlushSpec, kernel: Kernel): FlushScheme {
  switch (spec.scheme) {
    case 'generations':
      return new Generations(kernel)
    case 'broadcast':
      return new Broadcast(kernel)
    case 'call':
      return new CallOthers(kernel)
    case 'newContext':
      return new NewContext(kernel)
    case 'atClear':
      return new AtClear(kernel)
    case 'addressBatch':
      return new AddressBatch(kernel)
  }
}
