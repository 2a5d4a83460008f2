/**
 * Format gt-ptdump-1: the raw page tables of one layout, read from the memory of a real machine.
 */
import { z } from 'zod'
import { machineFields, operationSchema } from './schema.ts'

const hex = z.string().regex(/^0x[0-9a-f]+$/i, 'a hexadecimal number such as "0x1000"')
const bare = z.string().regex(/^[0-9a-f]+$/i, 'a hexadecimal number without 0x')
const count = z.number().int()

const table = z.object({
  level: count,
  name: z.string(),
  phys: hex,
  va: hex,
  nEntries: count,
  entries: z.array(z.tuple([count, hex, z.string()])),
  linuxPhys: hex.optional(),
  linuxEntries: z.array(z.tuple([count, hex])).optional(),
})

export const dumpSchema = z.object({
  format: z.literal('gt-ptdump-1'),
  ...machineFields,
  ramBase: hex,
  vmpteKb: count,
  zeroPfn: count,
  /** Lines of /proc/PID/maps. */
  maps: z.array(z.string()),
  /** [address, pages, pagemap entry of the first (hex with frame), 1 if frames count up]. */
  pagemapRuns: z.array(z.tuple([hex, count, bare, count])),
  /** VMAs that the operations made: start, end, VmFlags. */
  vmas: z.array(z.object({ s: hex, e: hex, vmflags: z.string(), AnonHugePages: count.optional() })),
  ops: z.array(operationSchema),
  tables: z.array(table),
})

export type DumpRecord = z.infer<typeof dumpSchema>
export type DumpTable = z.infer<typeof table>
