/** What the desk offers for choice: kernels, design alternatives, words of the filter, files of /proc. */
import { accountingAlternatives, kernelProfiles, seamAlternatives } from '../lab/profiles.ts'
import { FILTER_KEYS } from '../trace/filter/parse.ts'
import { EVENT_NAMES } from '../trace/names.ts'
import { PROC_FILE_ABOUT, PROC_FILES, PROCESS_FILES } from '../trace/proc/files.ts'
import { CTX_NAMES, LEVEL_NAMES } from '../trace/schema.ts'
import type { Choices } from './protocol.ts'

export function choices(): Choices {
  return {
    kernels: kernelProfiles().map(({ version, recorded, accounting, note }) => ({
      version,
      recorded,
      note,
      chosen: { accounting },
    })),
    seams: seamAlternatives()
      .filter(({ id }) => id === 'accounting')
      .map(({ question, source }) => ({
        id: 'accounting',
        title: 'accounting',
        about: question,
        source,
        alternatives: accountingAlternatives().map(({ id, label, used, risk }) => ({
          id,
          label,
          used,
          risk,
        })),
      })),
    named: named(),
    filter: {
      keys: { ...FILTER_KEYS },
      names: [...EVENT_NAMES],
      contexts: [...CTX_NAMES],
      levels: [...LEVEL_NAMES],
    },
    procFiles: PROC_FILES.map((file) => ({
      file,
      ofProcess: (PROCESS_FILES as readonly string[]).includes(file),
      about: PROC_FILE_ABOUT[file],
    })),
  }
}

/** What each kernel chose where nothing is simulated yet. */
function named(): Choices['named'] {
  const kernels = kernelProfiles()
  return seamAlternatives()
    .filter(({ simulated }) => !simulated)
    .map(({ id, question, source, alternatives }) => ({
      id,
      about: question,
      source,
      alternatives: alternatives.map((each) => ({ ...each })),
      chosen: Object.fromEntries(
        kernels.map(({ version, seams }) => {
          const { choices: made = [], checked = false } = seams.find(({ seam }) => seam === id) ?? {}
          return [version, made.map(({ note = '', ...choice }) => ({ ...choice, note, checked }))]
        }),
      ),
    }))
}
