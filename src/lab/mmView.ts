/** mm_struct as scenarios read it. */
import { FIELDS } from '../trace/schema.ts'
import { MM } from '../pgtable/fields.ts'
import type { MmStruct as KernelMm } from '../mm/mmStruct.ts'
import type { Process as KernelProcess } from '../mm/process.ts'
import type { MmStruct } from './api.ts'
import { LabError } from './errors.ts'
import type { Bench } from './machine.ts'

const COUNTS = [
  'pgtables_bytes',
  'map_count',
  'total_vm',
  'data_vm',
  'stack_vm',
  'exec_vm',
  'locked_vm',
  'mm_users',
  'mm_count',
] as const
/** Fields that the kernel keeps in bytes or addresses and the simulator in pages. */
const ADDRESSES = new Set<string>(['mmap_base', 'task_size', 'brk', 'start_brk', 'start_stack'])

export function mmView(bench: Bench, process: KernelProcess): MmStruct {
  return mmViewOf(bench, () => process.mm)
}

/** Of whatever mm it is when it is asked. */
export function mmViewOf(bench: Bench, current: () => KernelMm): MmStruct {
  const { kernel, addresses } = bench
  const get = (field: number): number => current().get(field)
  const view = {
    get accountedBytes() {
      return kernel.pt.accounting.bytes(current(), kernel.arch)
    },
    get mmap_base() {
      return addresses.address(get(MM.mmap_base))
    },
    get rss() {
      const [anon, file, shmem, swap] = [
        get(MM.rss_anon),
        get(MM.rss_file),
        get(MM.rss_shmem),
        get(MM.rss_swap),
      ]
      return Object.freeze({ anon, file, shmem, swap, total: anon + file + shmem })
    },
    field(name: string): bigint {
      const field = (FIELDS.mm as readonly string[]).indexOf(name)
      if (field < 0) throw new LabError(`mm_struct has no field '${name}'; there are ${FIELDS.mm.join(', ')}`)
      if (name.startsWith('cpumask')) return cpumaskOf(current(), name)
      return ADDRESSES.has(name) ? addresses.address(get(field)) : BigInt(get(field))
    },
  }
  for (const name of COUNTS) Object.defineProperty(view, name, { enumerable: true, get: () => get(MM[name]) })
  return Object.freeze(view) as MmStruct
}

/** 'cpumask' is for CPUs 0 to 63, 'cpumask[1]' for the next 64. */
function cpumaskOf(mm: KernelMm, name: string): bigint {
  const word = 2 * Number(/\d/.exec(name)?.[0] ?? 0)
  const { cpumaskWords } = mm
  return (BigInt(cpumaskWords[word + 1] ?? 0) << 32n) | BigInt(cpumaskWords[word] ?? 0)
}
