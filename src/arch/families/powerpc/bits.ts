/** Named bits, protections and swap layout of powerpc entries (6.12.107). */
import { field, piece, protections } from '../../make.ts'
import type { Field, SwapFormat } from '../../format.ts'

export const FIELDS_1: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('hashpte', 2n, '_PAGE_HASHPTE', 'an entry for this page exists in the hash table'),
  field('read', 4n, '_PAGE_READ', 'readable'),
  field('guarded', 8n, '_PAGE_GUARDED', 'no speculative access'),
  field('coherent', 0x10n, '_PAGE_COHERENT', 'memory coherence required'),
  field('noCache', 0x20n, '_PAGE_NO_CACHE', 'cache inhibited'),
  field('writethru', 0x40n, '_PAGE_WRITETHRU', 'write-through cache'),
  field('dirty', 0x80n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('accessed', 0x100n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('exec', 0x200n, '_PAGE_EXEC', 'executable'),
  field('write', 0x400n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('special', 0x800n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('swpExclusive', 4n, '_PAGE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
]

export const FIELDS_2: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('noCache', 2n, '_PAGE_NO_CACHE', 'cache inhibited'),
  field('shared', 4n, '_PAGE_SH', 'shareable between CPUs (hardware coherency)'),
  field('smallPageSize16k', 8n, '_PAGE_SPS', '16 KiB page'),
  field('guarded', 0x10n, '_PAGE_GUARDED', 'no speculative access'),
  field('accessed', 0x20n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('exec', 0x40n, '_PAGE_EXEC', 'executable'),
  field('special', 0x80n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('dirty', 0x100n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('na', 0x200n, '_PAGE_NA', 'no user access'),
  field('ro', 0x600n, '_PAGE_RO', 'read-only'),
  field('huge', 0x800n, '_PAGE_HUGE', 'a huge page'),
]

export const FIELDS_3: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('write', 2n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('exec', 4n, '_PAGE_EXEC', 'executable'),
  field('read', 8n, '_PAGE_READ', 'readable'),
  field('dirty', 0x10n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('special', 0x20n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('accessed', 0x40n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('endian', 0x80n, '_PAGE_ENDIAN', 'little-endian page'),
  field('guarded', 0x100n, '_PAGE_GUARDED', 'no speculative access'),
  field('coherent', 0x200n, '_PAGE_COHERENT', 'memory coherence required'),
  field('noCache', 0x400n, '_PAGE_NO_CACHE', 'cache inhibited'),
  field('writethru', 0x800n, '_PAGE_WRITETHRU', 'write-through cache'),
  field('swpExclusive', 4n, '_PAGE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
]

export const FIELDS_4: Field[] = [
  field('read', 1n, '_PAGE_READ', 'readable'),
  field('present', 2n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('write', 4n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('dirty', 8n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('exec', 0x10n, '_PAGE_EXEC', 'executable'),
  field('accessed', 0x20n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('endian', 0x40n, '_PAGE_ENDIAN', 'little-endian page'),
  field('guarded', 0x80n, '_PAGE_GUARDED', 'no speculative access'),
  field('coherent', 0x100n, '_PAGE_COHERENT', 'memory coherence required'),
  field('noCache', 0x200n, '_PAGE_NO_CACHE', 'cache inhibited'),
  field('writethru', 0x400n, '_PAGE_WRITETHRU', 'write-through cache'),
  field('special', 0x800n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
]

export const FIELDS_5: Field[] = [
  field('present', 1n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('sw1', 2n, '_PAGE_SW1', 'software bit'),
  field('superRead', 4n, '_PAGE_BAP_SR', 'supervisor may read'),
  field('userRead', 8n, '_PAGE_BAP_UR', 'user may read'),
  field('superWrite', 0x10n, '_PAGE_BAP_SW', 'supervisor may write'),
  field('userWrite', 0x20n, '_PAGE_BAP_UW', 'user may write'),
  field('superExec', 0x40n, '_PAGE_BAP_SX', 'supervisor may execute'),
  field('userExec', 0x80n, '_PAGE_BAP_UX', 'user may execute'),
  field('pageSize', 0xf00n, '_PAGE_PSIZE_MSK', 'page size'),
  field('dirty', 0x1000n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('special', 0x2000n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('accessed', 0x40000n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('endian', 0x80000n, '_PAGE_ENDIAN', 'little-endian page'),
  field('guarded', 0x100000n, '_PAGE_GUARDED', 'no speculative access'),
  field('coherent', 0x200000n, '_PAGE_COHERENT', 'memory coherence required'),
  field('noCache', 0x400000n, '_PAGE_NO_CACHE', 'cache inhibited'),
  field('writethru', 0x800000n, '_PAGE_WRITETHRU', 'write-through cache'),
]

export const FIELDS_6: Field[] = [
  field('exec', 1n, '_PAGE_EXEC', 'executable'),
  field('write', 2n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('read', 4n, '_PAGE_READ', 'readable'),
  field('privileged', 8n, '_PAGE_PRIVILEGED', 'kernel only'),
  field('cacheMode', 0x30n, '', 'cache mode'),
  field('dirty', 0x80n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('accessed', 0x100n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('softDirty', 0x200n, '_PAGE_SOFT_DIRTY', 'written since /proc/PID/clear_refs was told 4'),
  field('special', 0x400n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('devmap', 0x800n, '_PAGE_DEVMAP', 'page of a ZONE_DEVICE mapping'),
  field('pteLeaf', 0x4000000000000000n, '_PAGE_PTE', 'a leaf (page or huge page), not a table'),
  field('present', 0x8000000000000000n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('invalid', 0x2000000000000000n, '_PAGE_INVALID', 'temporarily not valid to the MMU'),
  field('pkey', 0x1f00000000000000n, '', 'protection key'),
  field('swpExclusive', 0x20n, '_PAGE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
]

export const FIELDS_7: Field[] = [
  field('exec', 1n, '_PAGE_EXEC', 'executable'),
  field('write', 2n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('read', 4n, '_PAGE_READ', 'readable'),
  field('privileged', 8n, '_PAGE_PRIVILEGED', 'kernel only'),
  field('cacheMode', 0x30n, '', 'cache mode'),
  field('dirty', 0x80n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('accessed', 0x100n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('softDirty', 0x200n, '_PAGE_SOFT_DIRTY', 'written since /proc/PID/clear_refs was told 4'),
  field('special', 0x400n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('devmap', 0x800n, '_PAGE_DEVMAP', 'page of a ZONE_DEVICE mapping'),
  field('pteLeaf', 0x4000000000000000n, '_PAGE_PTE', 'a leaf (page or huge page), not a table'),
  field('present', 0x8000000000000000n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('invalid', 0x2000000000000000n, '_PAGE_INVALID', 'temporarily not valid to the MMU'),
  field('pkey', 0x1f00000000000000n, '', 'protection key'),
  field('swpExclusive', 0x20n, '_PAGE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
  field('hashBusy', 0x40n, '', 'being changed by the hash fault path'),
  field(
    'hashPte',
    0x80000000000000n,
    'H_PAGE_HASHPTE',
    'an entry for this page exists in the hash page table',
  ),
]

export const FIELDS_8: Field[] = [
  field('exec', 1n, '_PAGE_EXEC', 'executable'),
  field('write', 2n, '_PAGE_WRITE', 'writable as far as Linux is concerned'),
  field('read', 4n, '_PAGE_READ', 'readable'),
  field('privileged', 8n, '_PAGE_PRIVILEGED', 'kernel only'),
  field('cacheMode', 0x30n, '', 'cache mode'),
  field('dirty', 0x80n, '_PAGE_DIRTY', 'written since the bit was last cleared'),
  field('accessed', 0x100n, '_PAGE_ACCESSED', 'used since the bit was last cleared'),
  field('softDirty', 0x200n, '_PAGE_SOFT_DIRTY', 'written since /proc/PID/clear_refs was told 4'),
  field('special', 0x400n, '_PAGE_SPECIAL', 'pte_special: no struct page is managed through this entry'),
  field('devmap', 0x800n, '_PAGE_DEVMAP', 'page of a ZONE_DEVICE mapping'),
  field('pteLeaf', 0x4000000000000000n, '_PAGE_PTE', 'a leaf (page or huge page), not a table'),
  field('present', 0x8000000000000000n, '_PAGE_PRESENT', 'Linux has a page here'),
  field('invalid', 0x2000000000000000n, '_PAGE_INVALID', 'temporarily not valid to the MMU'),
  field('pkey', 0x1f00000000000000n, '', 'protection key'),
  field('swpExclusive', 0x20n, '_PAGE_SWP_EXCLUSIVE', 'swap entry: the page belongs to this process alone', {
    state: 'swap',
  }),
  field('hashBusy', 0x40n, '', 'being changed by the hash fault path'),
  field(
    'hashPte',
    0x1000000000000000n,
    'H_PAGE_HASHPTE',
    'an entry for this page exists in the hash page table',
  ),
]

export const PROT_1 = protections(
  0x111n,
  0x115n,
  0x115n,
  0x115n,
  0x311n,
  0x315n,
  0x315n,
  0x315n,
  0x111n,
  0x115n,
  0x515n,
  0x515n,
  0x311n,
  0x315n,
  0x715n,
  0x715n,
)

export const PROT_2 = protections(
  0x221n,
  0x621n,
  0x621n,
  0x621n,
  0x261n,
  0x661n,
  0x661n,
  0x661n,
  0x221n,
  0x621n,
  0x21n,
  0x21n,
  0x261n,
  0x661n,
  0x61n,
  0x61n,
)

export const PROT_3 = protections(
  0x229n,
  0x629n,
  0x629n,
  0x629n,
  0x269n,
  0x669n,
  0x669n,
  0x669n,
  0x229n,
  0x629n,
  0x29n,
  0x29n,
  0x269n,
  0x669n,
  0x69n,
  0x69n,
)

export const PROT_4 = protections(
  0x41n,
  0x49n,
  0x49n,
  0x49n,
  0x45n,
  0x4dn,
  0x4dn,
  0x4dn,
  0x41n,
  0x49n,
  0x4bn,
  0x4bn,
  0x45n,
  0x4dn,
  0x4fn,
  0x4fn,
)

export const PROT_5 = protections(
  0x122n,
  0x123n,
  0x123n,
  0x123n,
  0x132n,
  0x133n,
  0x133n,
  0x133n,
  0x122n,
  0x123n,
  0x127n,
  0x127n,
  0x132n,
  0x133n,
  0x137n,
  0x137n,
)

export const PROT_6 = protections(
  0x240101n,
  0x24010dn,
  0x24010dn,
  0x24010dn,
  0x240181n,
  0x24018dn,
  0x24018dn,
  0x24018dn,
  0x240101n,
  0x24010dn,
  0x24013dn,
  0x24013dn,
  0x240181n,
  0x24018dn,
  0x2401bdn,
  0x2401bdn,
)

export const PROT_7 = protections(
  0x8000000000000100n,
  0x8000000000000104n,
  0x8000000000000104n,
  0x8000000000000104n,
  0x8000000000000101n,
  0x8000000000000105n,
  0x8000000000000105n,
  0x8000000000000105n,
  0x8000000000000100n,
  0x8000000000000104n,
  0x8000000000000106n,
  0x8000000000000106n,
  0x8000000000000101n,
  0x8000000000000105n,
  0x8000000000000107n,
  0x8000000000000107n,
)

export const SWAP_1: SwapFormat = {
  type: [piece(3, 5)],
  offset: [piece(8, 24)],
  set: 0n,
  exclusive: 4n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_2: SwapFormat = {
  type: [piece(3, 5)],
  offset: [piece(8, 27)],
  set: 0n,
  exclusive: 4n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_3: SwapFormat = {
  type: [piece(2, 5)],
  offset: [piece(24, 40)],
  set: 0n,
  exclusive: 0x80n,
  softDirty: 0n,
  uffdWp: 0n,
}

export const SWAP_4: SwapFormat = {
  type: [piece(0, 5)],
  offset: [piece(16, 37)],
  set: 0x4000000000000000n,
  exclusive: 0x20n,
  softDirty: 0x200n,
  uffdWp: 0n,
}

export const SWAP_5: SwapFormat = {
  type: [piece(0, 5)],
  offset: [piece(12, 41)],
  set: 0x4000000000000000n,
  exclusive: 0x20n,
  softDirty: 0x200n,
  uffdWp: 0n,
}
