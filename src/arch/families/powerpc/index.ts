/** powerpc: server (radix, hash), 32-bit hash and software-loaded, 8xx, 44x, e500. */
import type { Described } from '../../make.ts'
import type { Variant } from '../../variant.ts'
import { book3s64 } from './book3s64.ts'
import { described } from './geometry.ts'
import { shortPowerpc } from './short.ts'

const ALIASES: Record<string, string[]> = {
  'ppc64-radix-64k': ['ppc64', 'ppc64le', 'powerpc64', 'powerpc'],
  'ppc64-hash-64k': ['ppc64-hash'],
  'ppc-book3s32-hash': ['ppc', 'ppc32', 'powerpc32'],
  'ppc-e500-64': ['e6500'],
}

function complete(d: Described): Variant {
  const aliases = ALIASES[d.geometry.id] ?? []
  return d.geometry.id.startsWith('ppc64') ? book3s64(d, aliases) : shortPowerpc(d, aliases)
}

export const powerpc: Variant[] = described.map(complete)
