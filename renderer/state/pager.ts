import { batch, effect, type ReadonlySignal, signal, untracked } from '@preact/signals'
import { errorText } from './notices.ts'

/** As many as one answer may hold. */
export const PAGE_ROWS = 500

export interface Page<Row> {
  total: number
  rows: Row[]
  error?: string
}

export interface Pager<Row> {
  readonly total: ReadonlySignal<number>
  readonly error: ReadonlySignal<string>
  /** Grows whenever rows arrive, so that lists draw again. */
  readonly revision: ReadonlySignal<number>
  /** The row when it is there; asks for its page when not. */
  row(index: number): Row | null
}

/** What is listed. Another `key` starts over; another `version` only means that there may be more rows. */
export interface Listed<Row> {
  key: string
  version: number
  fetch(from: number, count: number): Promise<Page<Row>>
}

/** Rows of a list too long to hold, fetched by page as they are looked at. */
export function createPager<Row>(listed: () => Listed<Row> | null): Pager<Row> {
  const total = signal(0)
  const error = signal('')
  const revision = signal(0)
  let source: Listed<Row> | null = null
  let pages = new Map<number, Row[]>()
  let asked = new Set<number>()

  effect(() => {
    const next = listed()
    const restart = next?.key !== source?.key
    source = next
    untracked(() => {
      if (restart) reset()
      else dropLastPage()
      if (source) load(restart ? 0 : Math.floor(total.value / PAGE_ROWS))
    })
  })

  function reset(): void {
    pages = new Map()
    asked = new Set()
    batch(() => {
      if (!source) total.value = 0
      error.value = ''
      revision.value++
    })
  }

  function dropLastPage(): void {
    asked.delete(Math.floor(total.value / PAGE_ROWS))
  }

  function load(page: number): void {
    if (!source || asked.has(page)) return
    asked.add(page)
    const from = source
    from.fetch(page * PAGE_ROWS, PAGE_ROWS).then(
      (answer) => {
        if (from.key === source?.key) store(page, answer)
      },
      (failure: unknown) => {
        if (from.key === source?.key) error.value = errorText(failure)
      },
    )
  }

  function store(page: number, answer: Page<Row>): void {
    pages.set(page, answer.rows)
    batch(() => {
      total.value = answer.total
      error.value = answer.error ?? ''
      revision.value++
    })
  }

  return {
    total,
    error,
    revision,
    row(index) {
      const page = Math.floor(index / PAGE_ROWS)
      const row = pages.get(page)?.[index - page * PAGE_ROWS]
      if (row === undefined) untracked(() => load(page))
      return row ?? null
    },
  }
}
