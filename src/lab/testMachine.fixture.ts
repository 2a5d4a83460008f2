/** A machine for tests, without a scenario around it. */
import type { Machine, MachineSpec } from './api.ts'
import { createLab } from './index.ts'

export function testMachine(spec: MachineSpec = {}): Machine {
  return createLab({
    spec,
    scenario: 'test',
    seed: 1,
    traceLevel: 'full',
    sink: () => {},
    locate: () => ({ file: '', line: 0, column: 0 }),
  }).context.machine
}
