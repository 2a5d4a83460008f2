/** Messages about machines side by side, and about the matrix. */
import { z } from 'zod'
import type {
  CompareChart,
  CompareRows,
  CompareStep,
  CompareSummary,
  CompareTables,
  Divergence,
} from '../trace/compare/views.ts'
import type { Finding } from '../trace/matrix/verdict.ts'

const run = z.int().min(0)
const row = z.int().min(-1).max(0xffff_ffff)
const pid = z.int().min(0)
const id = z.string().min(1).max(100)
const ids = z.array(id).max(200)

/** The scenario's first machine, once for every combination. */
export const variation = z.strictObject({
  archs: ids.optional(),
  kernels: ids.optional(),
  policies: z.record(id, ids).optional(),
})
export type Variation = z.infer<typeof variation>

export const compareMethods = {
  compareSummary: z.strictObject({ run }),
  compareRows: z.strictObject({ run, from: z.int().min(0), count: z.int().min(1).max(500) }),
  /** All machines after the call of a row; process 0: the one that made the call. */
  compareStep: z.strictObject({ run, row, pid }),
  /** The nearest row that differs, after or before this one; 0: this one. */
  compareDivergence: z.strictObject({
    run,
    row,
    direction: z.union([z.literal(1), z.literal(0), z.literal(-1)]),
  }),
  compareChart: z.strictObject({ run, metric: id, points: z.int().min(2).max(2000) }),
  /** Page tables table by table: those that differ, or all. */
  compareTables: z.strictObject({
    run,
    row,
    pid,
    from: z.int().min(0),
    count: z.int().min(1).max(500),
    all: z.boolean(),
  }),
  matrixSeams: z.strictObject({}),
  /** Runs the seam's scenario with every alternative on these architectures. */
  matrixRows: z.strictObject({ seam: id, archs: z.array(id).min(1).max(8) }),
} as const

/** A machine of a run, whether it can be compared or not. */
export interface ComparedTitle {
  machine: number
  /** What tells it from the others. */
  title: string
  arch: string
  kernel: string
  status: string
  reason: string
}

export interface CompareOverview extends CompareSummary {
  /** One for each element of the lists in comparisons. */
  titles: ComparedTitle[]
  /** Machines that recorded nothing. */
  missing: ComparedTitle[]
}

export interface MatrixSeamView {
  id: string
  title: string
  /** Path of the scenario, as the gallery has it. */
  path: string
  alternatives: { id: string; label: string; used: string; risk: string; kernel: string }[]
}

export interface MatrixCellView extends Finding {
  arch: string
  alternative: string
  /** What to give to `run` to have this very machine. */
  spec: { arch: string; kernel: string; cpus: number; policies: Record<string, string> }
  hiddenBytes: number
  events: number
}

export interface CompareAnswers {
  compareSummary: CompareOverview
  compareRows: CompareRows
  compareStep: CompareStep
  compareDivergence: Divergence | null
  compareChart: CompareChart
  compareTables: CompareTables
  matrixSeams: MatrixSeamView[]
  matrixRows: MatrixCellView[]
}
