/** A machine for tests, without a scenario around it. */
import { FAULT_NAMES, KIND, LEVEL_NAMES, WORDS, type KindName } from '../trace/schema.ts'
import type { Machine, MachineSpec } from './api.ts'
import { createLab } from './index.ts'

const LOCATE = () => ({ file: '', line: 0, column: 0 })

export function testMachine(spec: MachineSpec = {}): Machine {
  return createLab({
    spec,
    scenario: 'test',
    seed: 1,
    traceLevel: 'full',
    sink: () => {},
    locate: LOCATE,
  }).context.machine
}

/** A machine whose trace can be looked at: `events` tells what was recorded since it was last asked. */
export function tracedMachine(spec: MachineSpec = {}): { machine: Machine; events(): string[] } {
  let found: string[] = []
  const lab = createLab({
    spec,
    scenario: 'test',
    seed: 1,
    traceLevel: 'full',
    sink: ({ words, records }) => {
      for (let k = 0; k < records; k++) found.push(eventText(words.subarray(k * WORDS, (k + 1) * WORDS)))
    },
    locate: LOCATE,
  })
  const events = (): string[] => {
    lab.flush()
    const seen = found
    found = []
    return seen
  }
  return { machine: lab.context.machine, events }
}

const KIND_NAMES = new Map(Object.entries(KIND).map(([name, kind]) => [kind as number, name as KindName]))

/** The kind, with the level of table events and what faults did. */
function eventText(words: Uint32Array): string {
  const name = KIND_NAMES.get(words[0] & 0xff) ?? '?'
  const flags = words[1] >>> 24
  if (name === 'PT_ALLOC' || name === 'PT_INSTALL' || name === 'PT_FREE')
    return `${name} ${LEVEL_NAMES[flags & 7]}`
  if (name === 'FAULT_DONE') return `${name} ${FAULT_NAMES[flags]}`
  if (name === 'TLB_FLUSH')
    return `${name} ${words[6] === 1 ? 'page' : ['all', 'tag', 'range', 'page'][flags & 3]}`
  return name
}
