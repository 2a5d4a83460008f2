/**
 * A reference model of memory, as naive as it can be: per process a map from page to permissions and contents.
 */
import type { Prot } from '../api.ts'

/** Contents of a page; shared mappings and forked processes may hold the same cell. */
export interface Cell {
  value: bigint
}

interface ModelPage {
  prot: Prot
  shared: boolean
  cell: Cell
  /** madvise flags that fork looks at. */
  dontFork: boolean
  wipeOnFork: boolean
}

export class ModelProcess {
  readonly pages = new Map<number, ModelPage>()

  map(page: number, count: number, prot: Prot, shared: boolean): void {
    for (let i = 0; i < count; i++) {
      this.pages.set(page + i, { prot, shared, cell: { value: 0n }, dontFork: false, wipeOnFork: false })
    }
  }

  unmap(page: number, count: number): void {
    for (let i = 0; i < count; i++) this.pages.delete(page + i)
  }

  /** mprotect: everything up to the first hole changes; false when there is one. */
  protect(page: number, count: number, prot: Prot): boolean {
    for (let i = 0; i < count; i++) {
      const entry = this.pages.get(page + i)
      if (entry === undefined) return false
      entry.prot = prot
    }
    return true
  }

  /** MADV_DONTNEED: private memory reads as zero again; false when part of the range is not mapped. */
  dontNeed(page: number, count: number): boolean {
    return this.each(page, count, (entry) => {
      if (!entry.shared) entry.cell = { value: 0n }
    })
  }

  /** mremap to a new place: what was there goes, what moves keeps its contents, what is added is like the first page. */
  move(page: number, old: number, target: number, size: number, keepsOld: boolean): void {
    this.unmap(target, size)
    const first = this.pages.get(page)!
    for (let i = 0; i < Math.max(old, size); i++) {
      const entry = i < old ? this.pages.get(page + i)! : { ...first, cell: { value: 0n } }
      if (i < size) this.pages.set(target + i, { ...entry })
      if (i >= old) continue
      if (!keepsOld) this.pages.delete(page + i)
      else if (!entry.shared) entry.cell = { value: 0n }
    }
  }

  /** mremap in place: pages like the first one after the last. */
  grow(page: number, old: number, size: number): void {
    const first = this.pages.get(page)!
    for (let i = old; i < size; i++) this.pages.set(page + i, { ...first, cell: { value: 0n } })
  }

  each(page: number, count: number, change: (entry: ModelPage) => void): boolean {
    let whole = true
    for (let i = 0; i < count; i++) {
      const entry = this.pages.get(page + i)
      if (entry === undefined) whole = false
      else change(entry)
    }
    return whole
  }

  fork(): ModelProcess {
    const child = new ModelProcess()
    for (const [page, entry] of this.pages) {
      if (entry.dontFork) continue
      const value = entry.wipeOnFork ? 0n : entry.cell.value
      child.pages.set(page, { ...entry, cell: entry.shared ? entry.cell : { value } })
    }
    return child
  }

  /** Permissions of each run of pages, as /proc/PID/maps would merge them at most. */
  runs(): string[] {
    const sorted = [...this.pages.entries()].sort((a, b) => a[0] - b[0])
    const runs: { from: number; to: number; perms: string }[] = []
    for (const [page, entry] of sorted) {
      const perms = permsOf(entry.prot, entry.shared)
      const last = runs[runs.length - 1]
      if (last !== undefined && last.to === page && last.perms === perms) last.to++
      else runs.push({ from: page, to: page + 1, perms })
    }
    return runs.map((run) => `${run.from}-${run.to} ${run.perms}`)
  }
}

export function permsOf(prot: Prot, shared: boolean): string {
  const has = (letter: string): string => (prot !== 'none' && prot.includes(letter) ? letter : '-')
  return has('r') + has('w') + has('x') + (shared ? 's' : 'p')
}
