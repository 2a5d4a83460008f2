/** What tests and measurements of traces need. */
import { TraceHash } from './hash.ts'
import type { TraceSink } from './recorder.ts'
import { WORDS } from './schema.ts'
import type { MachineHeader } from './schema.ts'

export const testHeader: MachineHeader = {
  arch: 'test-4level',
  features: {},
  kernel: '6.12',
  config: {},
  cpus: 2,
  memoryPages: 1 << 20,
  policies: {},
  scenario: 'test',
  seed: 1,
}

/** A sink that keeps nothing but the identity of what it took. */
export function hashing(): { sink: TraceSink; hash(): string } {
  const running = new TraceHash()
  return {
    sink: ({ words, records, strings }) => {
      for (const text of strings) running.addString(text)
      running.addWords(words, 0, records * WORDS)
      return true
    },
    hash: () => running.digest(),
  }
}
