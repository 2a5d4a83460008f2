import { signal } from '@preact/signals'

/** What the rest of the desk asks of the editor; null until Monaco is there. */
export interface EditorHandle {
  /** Line of the cursor, 1-based. */
  line(): number
  reveal(line: number, column?: number): void
  nextProblem(): void
  focus(): void
}

export const editorHandle = signal<EditorHandle | null>(null)
