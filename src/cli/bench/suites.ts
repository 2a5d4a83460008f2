/** Every suite of `ptlab bench`, in the order they run. */
import type { Suite } from './suite.ts'

export const SUITES: readonly Suite[] = []
