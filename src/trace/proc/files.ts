/** The files of /proc that can be shown: those of a process, then those of the machine. */
export const PROCESS_FILES = ['status', 'maps', 'smaps', 'pagemap'] as const
export const MACHINE_FILES = ['meminfo', 'vmstat', 'kpagecount', 'kpageflags'] as const
export const PROC_FILES = [...PROCESS_FILES, ...MACHINE_FILES] as const
export type ProcFile = (typeof PROC_FILES)[number]

/** One line about each. */
export const PROC_FILE_ABOUT: Readonly<Record<ProcFile, string>> = {
  status: 'memory lines of /proc/PID/status: sizes, rss and page tables',
  maps: '/proc/PID/maps: one line for each VMA',
  smaps: '/proc/PID/smaps: each VMA with what of it is resident',
  pagemap: '/proc/PID/pagemap: the 64-bit value of each page, in words beside it',
  meminfo: '/proc/meminfo: what memory is used for',
  vmstat: '/proc/vmstat: counters of the machine',
  kpagecount: '/proc/kpagecount: how often each frame in use is mapped',
  kpageflags: '/proc/kpageflags: flags of each frame in use',
}
