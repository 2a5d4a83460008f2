/** ptlab replay: what real kernels did, against what the simulated ones do. */
import { UsageError } from './args.ts'
import type { Command } from './args.ts'

export const replay: Command = {
  name: 'replay',
  summary: 'Replays records of real kernels and compares.',
  operands: 'RECORD…',
  options: { json: { type: 'boolean', help: 'print one JSON object' } },

  run(args) {
    if (args.operands.length === 0)
      throw new UsageError('replay needs records, e.g. ptlab replay e2e/golden/*.json.gz')
    throw new UsageError('replay is not part of this build')
  },
}
