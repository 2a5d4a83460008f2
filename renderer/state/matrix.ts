/** The matrix: every alternative on every architecture, filled row by row as the host runs it. */
import { batch, computed, signal } from '@preact/signals'
import type { MatrixCellView, MatrixSeamView } from '../../src/host/protocolCompare.ts'
import { ask } from './backend.ts'
import { arches, searchArches } from './machines.ts'
import type { ArchRow } from '../../src/host/protocol.ts'

const ROWS_AT_ONCE = 4

export const seams = signal<readonly MatrixSeamView[]>([])
export const seamId = signal('accounting')
export const cells = signal<ReadonlyMap<string, MatrixCellView>>(new Map())
/** Rows run of those wanted; null while nothing is going on. */
export const progress = signal<{ done: number; total: number } | null>(null)
export const matrixFilter = signal('')
/** Cell with the focus, by architecture and alternative. */
export const focused = signal<{ arch: string; alternative: string } | null>(null)

export const seam = computed(() => seams.value.find(({ id }) => id === seamId.value) ?? null)

export function cellKey(arch: string, alternative: string): string {
  return `${seamId.value} ${arch} ${alternative}`
}

/** Architectures whose names hold every word, or one of whose verdicts or messages does. */
export const shownRows = computed<readonly ArchRow[]>(() => {
  const text = matrixFilter.value.trim().toLowerCase()
  if (text === '') return arches.value
  const byName = new Set(searchArches(arches.value, text).map(({ id }) => id))
  return arches.value.filter(({ id }) => byName.has(id) || says(id, text))
})

function says(arch: string, text: string): boolean {
  return (seam.value?.alternatives ?? []).some(({ id }) => {
    const cell = cells.value.get(cellKey(arch, id))
    return (
      cell !== undefined && `${cell.verdict} ${cell.evidence?.message ?? ''}`.toLowerCase().includes(text)
    )
  })
}

/** How often each verdict was found. */
export const tally = computed(() => {
  const counts = new Map<string, number>()
  for (const { verdict } of cells.value.values()) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  return counts
})

export async function loadSeams(): Promise<void> {
  if (seams.value.length === 0) seams.value = (await ask('matrixSeams', {})) ?? []
}

let going = 0

/** Runs the rows shown that are not known yet. */
export async function runMatrix(): Promise<void> {
  await loadSeams()
  const { value: chosen } = seam
  if (!chosen) return
  const mine = ++going
  const first = chosen.alternatives[0]?.id ?? ''
  const missing = shownRows.value.map(({ id }) => id).filter((id) => !cells.value.has(cellKey(id, first)))
  for (let from = 0; from < missing.length && mine === going; from += ROWS_AT_ONCE) {
    progress.value = { done: from, total: missing.length }
    const rows = await ask('matrixRows', { seam: chosen.id, archs: missing.slice(from, from + ROWS_AT_ONCE) })
    if (rows === null) break
    keep(rows)
  }
  if (mine === going) progress.value = null
}

export function stopMatrix(): void {
  going++
  progress.value = null
}

function keep(rows: readonly MatrixCellView[]): void {
  const next = new Map(cells.value)
  for (const cell of rows) next.set(cellKey(cell.arch, cell.alternative), cell)
  batch(() => {
    cells.value = next
  })
}
