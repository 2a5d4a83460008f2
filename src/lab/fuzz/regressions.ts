/** Histories that once failed, kept for ever. */
import type { Step } from './steps.ts'

export interface Regression {
  variant: string
  why: string
  sequence: Step[]
}

export const REGRESSIONS: Regression[] = []
