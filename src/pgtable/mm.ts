/**
 * What page-table code needs to know of an mm_struct. The struct itself lives in src/mm.
 */
export interface TableOwner {
  readonly id: number
  /** Top table and its depth among the architecture's levels (0 unless the mm folds levels by itself). */
  pgd: number
  top: number
  /** Adds to a field by its number in FIELDS.mm. */
  add(field: number, delta: number): void
  get(field: number): number
  set(field: number, value: number): void
}
