/** s390: one kernel, address spaces of 3, 4 or 5 levels that grow while they run. */
import { feature, variant, type Described } from '../../make.ts'
import type { Variant } from '../../variant.ts'
import { s390Entry } from './entry.ts'
import { described } from './geometry.ts'
import { largePage, tableAt } from './segment.ts'

const ALIASES: Record<string, string[]> = { 's390-3level': ['s390', 's390x'] }

const softDirty = feature(
  'softDirty',
  true,
  'config',
  'CONFIG_MEM_SOFT_DIRTY: writes are tracked for /proc/PID/pagemap',
  'fs/proc/task_mmu.c: clear_soft_dirty',
)

const edat = feature(
  'edat',
  true,
  'cpu',
  'enhanced DAT: segment-sized pages, without which there are neither huge pages nor hugetlb',
  'arch/s390/kernel/early.c: detect_machine_facilities; has_transparent_hugepage()',
)

const SEGMENT_EMPTY = 0x20n
const REGION3_EMPTY = 0x24n

function complete(d: Described): Variant {
  const { id, levels } = d.geometry
  const tables: Variant['tables'] = {}
  const huge: Variant['huge'] = {}
  for (const { name, shift } of levels.slice(0, -1)) {
    tables[name] = tableAt(shift)
    if (shift === 20) huge[name] = largePage(20, SEGMENT_EMPTY)
    if (shift === 31) huge[name] = largePage(31, REGION3_EMPTY)
  }
  return variant('s390', d.geometry, {
    pte: s390Entry(d),
    tables,
    huge,
    features: [softDirty, edat],
    overrides: [{ feature: 'edat', value: false, patch: { thpPmd: false } }],
    habits: ['crst-upgrade'],
    ...(id === 's390-5level' ? {} : { growsInto: 's390-5level' }),
    dirtyPageDirtiesPte: true,
    aliases: ALIASES[id] ?? [],
  })
}

export const s390: Variant[] = described.map(complete)
