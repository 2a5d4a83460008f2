/** How a fault ends when it does not end well. */
export const OK = 0
export const SEGV_MAPERR = 1
export const SEGV_ACCERR = 2
export const BUS_ADRERR = 3
export const OOM = 4
/** No signal: the access waits until a userfaultfd's owner takes the protection off (handle_userfault). */
export const USERFAULT = 5

export const SIGNALS = [
  { signal: '', code: '' },
  { signal: 'SIGSEGV', code: 'SEGV_MAPERR' },
  { signal: 'SIGSEGV', code: 'SEGV_ACCERR' },
  { signal: 'SIGBUS', code: 'BUS_ADRERR' },
  { signal: 'SIGKILL', code: 'SI_KERNEL' },
] as const
