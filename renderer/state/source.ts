import { signal } from '@preact/signals'

/** The text that the run on the desk was started from; null for an opened trace. */
export const ranSource = signal<{ path: string; text: string } | null>(null)
