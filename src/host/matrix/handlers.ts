/** Answers to messages about the matrix. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findVariant } from '../../arch/index.ts'
import type { Session } from '../../sandbox/session.ts'
import { LESSONS } from '../library.ts'
import { LiveRun } from '../liveRun.ts'
import type { Params } from '../protocol.ts'
import type { MatrixCellView, MatrixSeamView } from '../protocolCompare.ts'
import { matrixCells } from './cells.ts'
import type { MatrixCell, RunOn } from './cells.ts'
import { findSeam, matrixSeams } from './plan.ts'
import type { MatrixSeam } from './plan.ts'

export function matrixHandlers(session: Session, lessons: string) {
  const rows = new Map<string, Promise<MatrixCellView[]>>()
  return {
    matrixSeams: (): MatrixSeamView[] =>
      matrixSeams().map(({ id, title, scenario, alternatives }) => ({
        id,
        title,
        path: LESSONS + scenario,
        alternatives: [...alternatives],
      })),
    /** The same question has the same answer: runs are deterministic and a lesson does not change while the host runs. */
    matrixRows({ seam, archs }: Params<'matrixRows'>): Promise<MatrixCellView[]> {
      const key = JSON.stringify([seam, archs])
      let found = rows.get(key)
      if (found === undefined) {
        found = cellsOf(findSeam(seam), archs, session, lessons)
        found.catch(() => rows.delete(key))
        rows.set(key, found)
      }
      return found
    },
  }
}

async function cellsOf(
  seam: MatrixSeam,
  archs: readonly string[],
  session: Session,
  lessons: string,
): Promise<MatrixCellView[]> {
  for (const arch of archs) findVariant(arch)
  const run: RunOn = async (machines) => {
    const live = new LiveRun()
    const text = readFileSync(join(lessons, seam.scenario), 'utf8')
    const job = { root: lessons, file: seam.scenario, text, types: false, choice: { machines } }
    live.finish(await session.start({ ...job, seed: null, traceLevel: 'full' }, live).ended)
    return live
  }
  return (await matrixCells(seam, seam.alternatives, archs, run)).map(view)
}

function view({ spec, ...cell }: MatrixCell): MatrixCellView {
  return { ...cell, spec: { ...spec } }
}
