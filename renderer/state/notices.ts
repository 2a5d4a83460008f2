import { signal } from '@preact/signals'

export interface Notice {
  id: number
  kind: 'info' | 'error'
  text: string
  action: { title: string; run: () => void } | null
}

const MAX_SHOWN = 4
let nextId = 1

export const notices = signal<readonly Notice[]>([])

/** Says something without blocking; the same text is not stacked twice. Errors stay until dismissed. */
export function notify(kind: Notice['kind'], text: string, action: Notice['action'] = null): number {
  const id = nextId++
  const others = notices.value.filter((notice) => notice.text !== text)
  notices.value = [...others, { id, kind, text, action }].slice(-MAX_SHOWN)
  if (kind === 'info') setTimeout(() => dismiss(id), 8000)
  return id
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
