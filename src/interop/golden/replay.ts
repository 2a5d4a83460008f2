/** Replays record files: the whole of what `ptlab replay` does, without files and without output. */
import type { DumpRecord } from './dumpSchema.ts'
import { machineOf } from './machineOf.ts'
import { readRecord } from './read.ts'
import { replayLayout } from './replayLayout.ts'
import { replayWorkload } from './replayWorkload.ts'
import type { RecordReport } from './report.ts'
import type { GoldenRecord } from './schema.ts'

export interface ReplayOptions {
  /** Only workloads with this name. */
  workload?: string | undefined
  /** Told before each workload. */
  onProgress?: (file: string, workload: string, done: number, of: number) => void
}

/** @throws RecordError for a file that is no record, or that no machine fits. */
export async function replayBytes(file: string, bytes: Uint8Array, options: ReplayOptions = {}): Promise<RecordReport> {
  const { kind, record } = await readRecord(file, bytes)
  if (kind === 'golden') return replayGolden(file, record, options)
  return replayDump(file, record)
}

function replayGolden(file: string, record: GoldenRecord, options: ReplayOptions): RecordReport {
  const spec = machineOf(file, record)
  const chosen = record.workloads.filter(({ name }) => options.workload === undefined || name === options.workload)
  const workloads = chosen.map((workload, done) => {
    options.onProgress?.(file, workload.name, done, chosen.length)
    return replayWorkload(record, spec, workload)
  })
  return { file, variant: typeof spec.arch === 'string' ? spec.arch : '', kernel: spec.kernel ?? '', workloads }
}

function replayDump(file: string, record: DumpRecord): RecordReport {
  const spec = machineOf(file, record)
  return { file, variant: typeof spec.arch === 'string' ? spec.arch : '', kernel: spec.kernel ?? '', workloads: [replayLayout(record, spec)] }
}
