/**
 * Accounting that a scenario wrote itself, as the kernel calls it. The scenario's hooks see counters and facts about tables,
 * never the kernel's own objects; what they answer is checked.
 */
import type { Arch, CompiledLevel } from '../arch/arch.ts'
import type { Accounting, FoldedLevel, OomColumn } from '../pgtable/accounting.ts'
import { MM } from '../pgtable/fields.ts'
import type { TableOwner } from '../pgtable/mm.ts'
import type { TableLine } from '../trace/proc/rules.ts'
import type { AccountingPolicy, ArchInfo, CountedTable, MmCounters, TableCounter } from './api.ts'
import { archInfo } from './archInfo.ts'
import { LabError } from './errors.ts'

const MAX_LINES = 10
const MAX_TEXT = 200

export class OwnAccounting implements Accounting {
  readonly id: string
  readonly label: string
  readonly about: Accounting['about']
  readonly fields: readonly TableCounter[]
  readonly #policy: AccountingPolicy
  readonly #arch: ArchInfo
  readonly #tables = new Map<CompiledLevel, CountedTable>()
  readonly #views = new WeakMap<TableOwner, MmCounters>()
  #inside = ''
  #failure: LabError | null = null

  /** `policy` was read by readOwnAccounting. */
  constructor(policy: AccountingPolicy, arch: Arch) {
    this.#policy = policy
    this.#arch = archInfo(arch)
    this.id = policy.id
    this.label = policy.id
    this.about = { used: policy.title ?? 'In this scenario.', cost: '', risk: '' }
    this.fields = [...(policy.counters ?? ['pgtables_bytes'])]
    for (const level of arch.levels)
      this.#tables.set(
        level,
        Object.freeze({ level: level.name, bytes: level.tableBytes, counted: level.counted }),
      )
  }

  created(mm: TableOwner): void {
    this.#call('created', mm, (counters) => this.#policy.created?.(counters, this.#arch))
  }

  installed(mm: TableOwner, level: CompiledLevel): void {
    this.#call('installed', mm, (counters) => this.#policy.installed(counters, this.#tables.get(level)!))
  }

  freed(mm: TableOwner, level: CompiledLevel): void {
    this.#call('freed', mm, (counters) => this.#policy.freed(counters, this.#tables.get(level)!))
  }

  freedFolded(mm: TableOwner, { name, marked, runTime, bytes }: FoldedLevel): void {
    const level = Object.freeze({ level: name, marked, runTime, bytes })
    this.#call('freedFolded', mm, (counters) => this.#policy.freedFolded?.(counters, level))
  }

  bytes(mm: TableOwner): number {
    return mm.get(MM.accounted_bytes)
  }

  statusLines(): TableLine[] {
    return [{ name: 'VmPTE', field: 'accounted_bytes', bytes: 1 }]
  }

  oomColumns(mm: TableOwner): readonly OomColumn[] {
    return this.fields.map((head) => ({ head, value: mm.get(MM[head]) }))
  }

  residue(mm: TableOwner): string[] {
    const { residue } = this.#policy
    if (residue === undefined)
      return this.fields.flatMap((name) => {
        const value = mm.get(MM[name])
        return value === 0 ? [] : [`BUG: non-zero ${name} on freeing mm: ${value}`]
      })
    const lines = this.#hook('residue', () => residue.call(this.#policy, this.#view(mm)))
    if (!Array.isArray(lines) || lines.some((line) => typeof line !== 'string'))
      throw this.#wrong('residue', 'must return a list of texts, empty when all is well')
    return lines.slice(0, MAX_LINES).map((line: string) => line.slice(0, MAX_TEXT))
  }

  /** @throws LabError while a hook runs, which may not call the machine, and after one has failed. */
  refuseCalls(): void {
    if (this.#failure !== null) throw this.#failure
    if (this.#inside !== '')
      throw this.#wrong(this.#inside, 'may not call the machine: it is in the middle of a call')
  }

  /** Runs a hook that counts, then notes what the kernel knows of from now on. */
  #call(name: string, mm: TableOwner, work: (counters: MmCounters) => void): void {
    const counters = this.#view(mm)
    this.#hook(name, () => work(counters))
    const bytes = this.#hook('bytes', () => this.#policy.bytes(counters, this.#arch))
    if (!Number.isSafeInteger(bytes))
      throw this.#wrong('bytes', `must return a whole number, not ${String(bytes)}`)
    mm.set(MM.accounted_bytes, bytes)
  }

  #hook<T>(name: string, work: () => T): T {
    const outer = this.#inside
    this.#inside = name
    try {
      return work()
    } catch (error) {
      this.#failure ??= error instanceof LabError ? error : this.#wrong(name, `threw ${String(error)}`)
      throw this.#failure
    } finally {
      this.#inside = outer
    }
  }

  #view(mm: TableOwner): MmCounters {
    let view = this.#views.get(mm)
    if (view === undefined) {
      view = Object.freeze({
        mm: mm.id,
        get: (counter: TableCounter) => mm.get(this.#field('get', counter)),
        add: (counter: TableCounter, delta: number) => {
          const field = this.#field('add', counter)
          if (this.#inside === '' || this.#inside === 'bytes' || this.#inside === 'residue')
            throw this.#wrong('add', 'may only be called in created, installed, freed and freedFolded')
          if (!Number.isSafeInteger(delta))
            throw this.#wrong('add', `needs a whole number to add to ${counter}, not ${String(delta)}`)
          mm.add(field, delta)
        },
      })
      this.#views.set(mm, view)
    }
    return view
  }

  #field(call: string, counter: TableCounter): number {
    if (this.fields.includes(counter)) return MM[counter]
    throw this.#wrong(call, `knows ${this.fields.join(', ')}, not '${String(counter)}': name it in counters`)
  }

  #wrong(hook: string, what: string): LabError {
    return new LabError(`accounting '${this.id}': ${hook} ${what}`)
  }
}
