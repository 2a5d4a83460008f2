/** Recorded operations on files: memfd, ftruncate, fwrite, fallocate. Descriptors are the record's slots. */
import type { CallResult, ReplayMachine } from '../../lab/replay/machine.ts'
import type { Operation } from './schema.ts'

/** The byte that recorded programs write. */
const WRITTEN = 0x41
/** Name that recorded programs give to memfd_create. */
const MEMFD_NAME = 'gt'

/** Carries out an operation on a file; null when it is none. */
export function fileOperation(machine: ReplayMachine, op: Operation): CallResult | null {
  const { opened } = machine
  const arg = (name: string): number => Number(op.args[name] ?? 0)
  const fd = arg('fd')
  if (op.op === 'memfd') {
    opened.memfd(fd, MEMFD_NAME, arg('size'))
    return 0
  }
  if (op.op === 'ftruncate') return opened.ftruncate(fd, arg('size'))
  if (op.op === 'fwrite') return opened.fwrite(fd, arg('off'), arg('len'), WRITTEN)
  if (op.op !== 'fallocate') return null
  const mode = String(op.args['mode'] ?? '').includes('PUNCH') ? 'PUNCH' : ''
  return opened.fallocate(fd, arg('off'), arg('len'), mode)
}
