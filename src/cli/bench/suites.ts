/** Every suite of `ptlab bench`, in the order they run. */
import { architectures } from './architectures.ts'
import { faults } from './faults.ts'
import { forks } from './forks.ts'
import { hog } from './hog.ts'
import type { Suite } from './suite.ts'
import { switches } from './switches.ts'
import { traces } from './traces.ts'
import { translations } from './translations.ts'

export const SUITES: readonly Suite[] = [faults, forks, translations, switches, architectures, traces, hog]
