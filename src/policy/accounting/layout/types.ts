/**
 * Sizes and alignments of the C types in mm_struct, by architecture and number of CPUs. Without SMP and lock debugging a
 * spinlock_t is an empty struct of no bytes.
 */
import type { StructLayout } from '../../../trace/layout/struct.ts'

export interface Abi {
  bits: number
  smp: boolean
  rwsem: StructLayout['rwsem']
  /** Alignment of 8-byte types (i386: 4; m68k: 2), and the largest there is. */
  align8: number
  alignMax: number
}

export interface Piece {
  /** Empty for a scalar; 'count', 'wait_list.next' … for parts of a struct. */
  name: string
  at: number
  bytes: number
}

export interface TypeLayout {
  bytes: number
  align: number
  pieces: Piece[]
}

export type FieldType =
  | 'pointer'
  | 'long'
  | 'atomic_long_t'
  | 'int'
  | 'atomic_t'
  | 'u32'
  | 'u64'
  | 'atomic64_t'
  | 'spinlock_t'
  | 'list_head'
  | 'rw_semaphore'
  | 'maple_tree'

export function typeLayout(type: FieldType, abi: Abi): TypeLayout {
  const word = abi.bits / 8
  switch (type) {
    case 'pointer':
    case 'long':
    case 'atomic_long_t':
      return scalar(word, abi.alignMax)
    case 'int':
    case 'atomic_t':
    case 'u32':
      return scalar(4, abi.alignMax)
    case 'u64':
    case 'atomic64_t':
      return scalar(8, Math.min(abi.align8, abi.alignMax))
    case 'spinlock_t':
      return abi.smp ? scalar(4, abi.alignMax) : { bytes: 0, align: 1, pieces: [] }
    case 'list_head':
      return pieces(abi, ['next', word], ['prev', word])
    case 'maple_tree':
      return pieces(abi, ['ma_lock', abi.smp ? 4 : 0], ['ma_root', word], ['ma_flags', 4])
    case 'rw_semaphore':
      return rwsem(abi, word)
  }
}

/** include/linux/rwsem-spinlock.h and rwsem.h of 3.19, rwsem.h of 6.1. */
function rwsem(abi: Abi, word: number): TypeLayout {
  const lock = abi.smp ? 4 : 0
  const list: [string, number][] = [
    ['wait_list.next', word],
    ['wait_list.prev', word],
  ]
  if (abi.rwsem === 'spinlock') return pieces(abi, ['count', 4], ['wait_lock', lock], ...list)
  const spins = abi.smp ? 4 : 0
  if (abi.rwsem === 'xadd')
    return pieces(
      abi,
      ['count', word],
      ...list,
      ['wait_lock', lock],
      ['osq', spins],
      ['owner', abi.smp ? word : 0],
    )
  return pieces(abi, ['count', word], ['owner', word], ['osq', spins], ['wait_lock', lock], ...list)
}

function scalar(bytes: number, alignMax: number): TypeLayout {
  return { bytes, align: Math.min(bytes, alignMax), pieces: [{ name: '', at: 0, bytes }] }
}

/** A struct of scalars, each aligned to its size; members of no bytes are left out. */
function pieces(abi: Abi, ...members: (readonly [string, number])[]): TypeLayout {
  let at = 0
  let align = 1
  const found: Piece[] = []
  for (const [name, bytes] of members) {
    if (bytes === 0) continue
    const own = Math.min(bytes, abi.alignMax)
    at = up(at, own)
    found.push({ name, at, bytes })
    at += bytes
    align = Math.max(align, own)
  }
  return { bytes: up(at, align), align, pieces: found }
}

export function up(value: number, align: number): number {
  return Math.ceil(value / align) * align
}
