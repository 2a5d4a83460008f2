/** Compilation units by what they do in the simulator. The first one allocates and initialises the struct. */
export const UNITS = {
  fork: 'kernel/fork.c',
  exit: 'kernel/exit.c',
  memory: 'mm/memory.c',
  mmap: 'mm/mmap.c',
  oom: 'mm/oom_kill.c',
  fault: 'arch/mm/fault.c',
  taskMmu: 'fs/proc/task_mmu.c',
  base: 'fs/proc/base.c',
} as const
export type UnitName = (typeof UNITS)[keyof typeof UNITS]
