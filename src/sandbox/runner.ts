/** The runner: simulator and scenario together in a child process that can do nothing but compute. */
import { createLab, library } from '../lab/index.ts'
import { tuneEngine } from './engine.ts'
import { serveRuns } from './run/serve.ts'

tuneEngine()
serveRuns(createLab, library)
