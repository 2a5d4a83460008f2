/**
 * PTE tables kept aside for huge entries, so that a split never has to allocate (pgtable_trans_huge_deposit and
 * _withdraw, mm/pgtable-generic.c, 6.12; DIGEST E.2.5). Counted like installed tables, reachable from no entry.
 */
import { GrowU32 } from '../trace/grow.ts'
import { KIND } from '../trace/schema.ts'
import type { TableOwner } from './mm.ts'
import type { PageTables } from './pageTables.ts'

export class Deposits {
  /** By holder: the table deposited last; by table: the one deposited before it. 0: none. */
  private readonly last = new GrowU32()
  private readonly before = new GrowU32()
  private readonly pt: PageTables

  constructor(pt: PageTables) {
    this.pt = pt
  }

  /** A fresh pte table for later use, counted at once. 0 when memory is out. */
  allocate(mm: TableOwner): number {
    return this.pt.allocTable(mm, this.pt.last)
  }

  deposit(mm: TableOwner, holder: number, table: number): void {
    this.pt.accounting.installed(mm, this.pt.levels[this.pt.last])
    this.keep(holder, table)
  }

  /** Keeps a table that is counted already. */
  keep(holder: number, table: number): void {
    this.last.cover(holder)
    this.before.cover(table)
    this.before.data[table] = this.last.data[holder]
    this.last.data[holder] = table
    this.pt.memory.trace.emit(KIND.PT_DEPOSIT, 0, 0, table, holder, 0, 0, 0)
  }

  /** The table deposited last for an entry of `holder`; it stays counted. */
  withdraw(holder: number): number {
    const table = this.last.data[holder] ?? 0
    if (table === 0) throw new Error(`nothing deposited for table ${holder}`)
    this.last.data[holder] = this.before.data[table]
    this.pt.memory.trace.emit(KIND.PT_WITHDRAW, 0, 0, table, holder, 0, 0, 0)
    return table
  }

  /** zap_deposited_table: the huge entry is gone, and so is what was kept for it. */
  drop(mm: TableOwner, holder: number): void {
    const table = this.withdraw(holder)
    this.pt.accounting.freed(mm, this.pt.levels[this.pt.last])
    this.pt.freeTable(table)
  }

  /** A huge entry goes to another table of the same mm, and what is kept for it with it. */
  move(from: number, to: number): void {
    const table = this.withdraw(from)
    this.keep(to, table)
  }

  /** How many tables are deposited for entries of `holder`. */
  count(holder: number): number {
    let count = 0
    for (let table = this.last.data[holder] ?? 0; table !== 0; table = this.before.data[table]) count++
    return count
  }
}
