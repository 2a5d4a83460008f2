/** mm_cpumask: the CPUs whose TLBs may hold translations of an mm. In the trace one field for each 64 CPUs. */
import type { Cpu } from '../hw/cpu.ts'
import { MM } from '../pgtable/fields.ts'
import type { Recorder } from '../trace/recorder.ts'
import { KIND, OBJ } from '../trace/schema.ts'
import type { MmStruct } from './mmStruct.ts'

const FIELDS = [MM.cpumask, MM['cpumask[1]'], MM['cpumask[2]'], MM['cpumask[3]']]

export function setCpumask(trace: Recorder, mm: MmStruct, cpu: Cpu, on: 0 | 1): void {
  if (mm.cpumask[cpu.id] === on) return
  mm.cpumask[cpu.id] = on
  const words = mm.cpumaskWords
  const word = cpu.id >>> 5
  const old = words[word]
  words[word] = old ^ (1 << (cpu.id & 31))
  if (trace.active) record(trace, mm, word, old)
}

/** cpumask_clear(mm_cpumask(mm)) */
export function clearCpumask(trace: Recorder, cpus: readonly Cpu[], mm: MmStruct): void {
  for (const cpu of cpus) setCpumask(trace, mm, cpu, 0)
}

/** 64 bits do not fit the number that other fields are: the halves go into the record as they are. */
function record(trace: Recorder, mm: MmStruct, word: number, old: number): void {
  const words = mm.cpumaskWords
  const other = words[word ^ 1]
  const field = FIELDS[word >>> 1]
  if (word & 1) trace.emit(KIND.FIELD, field, OBJ.mm, mm.id, other, old, other, words[word])
  else trace.emit(KIND.FIELD, field, OBJ.mm, mm.id, old, other, words[word], other)
}
