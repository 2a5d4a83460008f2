/** Numbers in command lines. */
import { UsageError } from './args.ts'
import type { Parsed } from './args.ts'

/** A number ≥ 0. @throws UsageError */
export function numberOption(args: Parsed, name: string, otherwise: number): number {
  const text = args.text(name)
  if (text === undefined) return otherwise
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new UsageError(`--${name} needs a number, not '${text}'`)
  return value
}
