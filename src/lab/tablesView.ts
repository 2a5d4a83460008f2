/** What the page tables of a process really take. */
import type { Process as KernelProcess } from '../mm/process.ts'
import type { Tables } from './api.ts'
import type { Bench } from './machine.ts'

export function tablesView(bench: Bench, process: KernelProcess): Tables {
  const { kernel } = bench
  const perLevel = { pgd: 0, p4d: 0, pud: 0, pmd: 0, pte: 0 }
  let bytes = 0
  for (const level of kernel.arch.levels) {
    const count = kernel.pt.tablesOf(process.mm.id, level.depth)
    perLevel[level.name] = count
    bytes += count * level.allocBytes
  }
  const count = Object.values(perLevel).reduce((sum, n) => sum + n, 0)
  return Object.freeze({ count, bytes, perLevel: Object.freeze(perLevel) })
}
