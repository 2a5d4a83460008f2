import { signal } from '@preact/signals'

/** Whether cells fade with the age of their last write. */
export const heatByAge = signal(true)
