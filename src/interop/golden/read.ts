/** Record files: recognised by their 'format', checked field by field. */
import type { z } from 'zod'
import { parseBytes } from './bytes.ts'
import { dumpSchema, type DumpRecord } from './dumpSchema.ts'
import { RecordError } from './errors.ts'
import { goldenSchema, type GoldenRecord } from './schema.ts'

export type AnyRecord = { kind: 'golden'; record: GoldenRecord } | { kind: 'dump'; record: DumpRecord }

/** @throws RecordError naming the file and the place in it. */
export async function readRecord(file: string, bytes: Uint8Array): Promise<AnyRecord> {
  const value = await parseBytes(file, bytes)
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined
  if (format === 'gt-golden-1') return { kind: 'golden', record: checked(file, goldenSchema, value) }
  if (format === 'gt-ptdump-1') return { kind: 'dump', record: checked(file, dumpSchema, value) }
  throw new RecordError(
    `${file}: ${format === undefined ? "no 'format'" : `format ${JSON.stringify(format)}`}; records are gt-golden-1 or gt-ptdump-1`,
  )
}

function checked<T>(file: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new RecordError(`${file}: at ${issue === undefined ? 'the top' : path(issue.path)}: ${issue?.message ?? 'invalid'}`)
}

/** ['ops', 3, 'args'] → ops[3].args */
function path(parts: readonly PropertyKey[]): string {
  const text = parts.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return text === '' ? 'the top' : text.replace(/^\./, '')
}
