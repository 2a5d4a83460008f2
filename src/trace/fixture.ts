/** A machine header for tests and measurements. */
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
