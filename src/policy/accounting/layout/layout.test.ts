import { describe, expect, it } from 'vitest'
import { variants } from '../../../arch/index.ts'
import { compileArch } from '../../../arch/compile.ts'
import type { LayoutSpec, Machine, MachineSpec } from '../../../lab/api.ts'
import { createLab } from '../../../lab/index.ts'
import { KERNELS } from '../../../profile/kernels.ts'
import { Recorder } from '../../../trace/recorder.ts'
import { firstShift, mismatched, type StructLayout } from '../../../trace/layout/struct.ts'
import { KIND } from '../../../trace/schema.ts'
import { compileLayout } from './compile.ts'

const kernels = KERNELS.map(({ version }) => version)
const arches = variants().map((variant) => compileArch(variant, {}))
const arch = (name: string) => {
  const found = arches.find(({ variant }) => variant.id === name || variant.aliases?.includes(name) === true)
  if (found === undefined) throw new Error(name)
  return found
}

function layout(name: string, kernel: string, accounting: string, change = {}, smp = false): StructLayout {
  return compileLayout({ arch: arch(name), accounting, kernel, kernels, smp, change })
}

const A1 = 'nr_pmds_conditional_asm_macro'
const MMOTM = 'mmotm-2015-01-22'
/** One unit reads asm/pgtable.h before mm_types.h, the others after. */
const TWO_ORDERS: LayoutSpec = { units: { 'mm/memory.c': ['asm/pgtable.h', 'linux/mm.h'] } }

describe('offsets', () => {
  it('A-E12: A1 on sh4: one unit sees the macro, and every field after nr_ptes lies 4 bytes lower in it', () => {
    const found = layout('sh4', MMOTM, A1)
    const [unit, ...more] = mismatched(found)
    expect([unit?.unit, more]).toEqual(['mm/memory.c', []])
    expect(firstShift(found, unit!)).toEqual({ field: 'map_count', bytes: -4 })
    const [first] = found.units
    const after = found.fields.findIndex(({ name }) => name === 'nr_pmds') + 1
    const deltas = unit!.offsets.map((offset, i) => offset - first!.offsets[i]!)
    expect(new Set(deltas.slice(0, after - 1))).toEqual(new Set([0]))
    expect(new Set(deltas.slice(after))).toEqual(new Set([-4]))
    expect([unit!.offsets[after - 1], first!.bytes - unit!.bytes]).toEqual([-1, 4])
    expect(unit!.chain.at(-1)).toBe('asm-generic/pgtable-nopmd.h')
  })

  it('A-E12: by 8 bytes where long has 8; an int before a long may absorb none of it', () => {
    const change = { ...TWO_ORDERS, headers: { 'asm/pgtable.h': ['asm-generic/pgtable-nopmd.h'] } }
    const found = layout('mips64', MMOTM, A1, change)
    expect(firstShift(found, mismatched(found)[0]!)).toEqual({ field: 'map_count', bytes: -8 })
  })

  it('A-E12: A2 and A3 never disagree, on no architecture, whatever the include order', () => {
    const found = arches.flatMap((each) =>
      ['nr_pmds_unconditional', 'nr_pmds_kconfig', 'pgtables_bytes'].flatMap((accounting) =>
        [{}, TWO_ORDERS].flatMap((change) =>
          mismatched(compileLayout({ arch: each, accounting, kernel: MMOTM, kernels, smp: true, change })),
        ),
      ),
    )
    expect(found).toEqual([])
  })

  it('an asm/pgtable.h that reads mm_types.h first never shows the macro in time', () => {
    expect(mismatched(layout('mips', MMOTM, A1, TWO_ORDERS))).toEqual([])
    expect(layout('mips', MMOTM, A1, TWO_ORDERS).units.some(({ sawFolded }) => sawFolded)).toBe(false)
  })

  it('x86 with two levels: all units see the macro', () => {
    expect(layout('x86-2level', MMOTM, A1).units.every(({ sawFolded }) => sawFolded)).toBe(true)
  })

  it('A3 has the field from three levels on', () => {
    const has = (name: string): boolean =>
      layout(name, '4.1', 'nr_pmds_kconfig').fields.some(
        ({ name: field }, i) =>
          field === 'nr_pmds' && layout(name, '4.1', 'nr_pmds_kconfig').units[0]!.offsets[i]! >= 0,
      )
    expect([has('x86_64'), has('x86-2level')]).toEqual([true, false])
  })

  it('A6 does not build where asm/pgtable.h uses mm_struct', () => {
    for (const name of ['arm-2level', 'arm-lpae', 's390'])
      expect(() => layout(name, MMOTM, 'split_header')).toThrow(/does not build on/)
    expect(mismatched(layout('sh4', MMOTM, 'split_header'))).toEqual([])
  })

  it('6.1 on x86-64 with SMP: pgd, counter, lock and mmlist stand as far apart as its declaration says', () => {
    const found = layout('x86_64', '6.1', 'pgtables_bytes_folded', {}, true)
    const at = (name: string): number =>
      found.units[0]!.offsets[found.fields.findIndex((f) => f.name === name)]!
    expect(at('pgtables_bytes') - at('pgd')).toBe(24)
    expect(at('mmap_lock.count') - at('pgtables_bytes')).toBe(16)
    expect(at('mmlist.next') - at('mmap_lock.count')).toBe(40)
  })

  it.each(kernels)('%s: fields do not overlap, on every architecture', (kernel) => {
    const { accounting } = KERNELS.find(({ version }) => version === kernel)!
    const wrong: string[] = []
    for (const each of arches) {
      const { fields, units } = compileLayout({ arch: each, accounting, kernel, kernels, smp: true })
      for (const { unit, offsets, bytes } of units) {
        let end = 0
        offsets.forEach((offset, i) => {
          if (offset < 0) return
          if (offset < end) wrong.push(`${each.id} ${unit} ${fields[i]!.name}`)
          end = offset + fields[i]!.bytes
        })
        if (end > bytes) wrong.push(`${each.id} ${unit} is too short`)
      }
    }
    expect(wrong).toEqual([])
  })
})

function machine(spec: MachineSpec): { m: Machine; counts: Float64Array } {
  const counts = new Float64Array(256)
  const lab = createLab({
    spec,
    scenario: 't',
    seed: 1,
    traceLevel: 'full',
    sink: ({ words, records }) => {
      for (let i = 0; i < records; i++) counts[words[i * 8]! & 255]!++
      return true
    },
    locate: () => ({ file: '', line: 0, column: 0 }),
  })
  const flush = (): Float64Array => {
    lab.flush()
    return counts
  }
  return {
    m: lab.context.machine,
    get counts() {
      return flush()
    },
  }
}

/** What threw, by name; empty when nothing did. */
function thrown(work: () => void): string {
  try {
    work()
    return ''
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}

describe('a machine with two layouts', () => {
  it('sh4 boots, works and exits; ps hangs on the lock of another process, and then so does that process', () => {
    const bench = machine({ arch: 'sh4', kernel: MMOTM })
    const { m } = bench
    const init = m.spawn('init')
    const at = init.mmap({ length: 4 * m.arch.PAGE_SIZE })
    init.write(at)
    const child = init.fork('getty')
    child.write(at)
    child.exit()
    expect([m.dmesg, bench.counts[KIND.LAYOUT_MISMATCH]]).toEqual([[], 1])

    const ps = m.spawn('ps')
    expect(thrown(() => ps.readProc(init, 'cmdline'))).toBe('HungTaskError')
    expect(ps.waitsFor).toBe('down_read(&mm->mmap_sem) in mm/memory.c')
    expect(m.dmesg[0]).toBe('INFO: task ps:3 blocked for more than 120 seconds.')
    expect(bench.counts[KIND.FIELD_CORRUPT]).toBeGreaterThan(0)
    expect(thrown(() => ps.exit())).toBe('HungTaskError')

    // ps wrote its place in the queue into what init takes for an empty list.
    expect(thrown(() => init.write(at, { count: 4, stride: m.arch.PAGE_SIZE }))).toBe('HungTaskError')
    expect(m.dmesg).toContain('INFO: task init:1 blocked for more than 120 seconds.')
  })

  it('the same with nr_pmds in every struct: nothing hangs', () => {
    const { m } = machine({ arch: 'sh4', kernel: '4.0' })
    const init = m.spawn('init')
    init.write(init.mmap({ length: m.arch.PAGE_SIZE }))
    expect(m.spawn('ps').readProc(init, 'cmdline')).toBe('init')
    expect(m.dmesg).toEqual([])
  })

  it('with two CPUs the first fault already finds page_table_lock taken', () => {
    const { m } = machine({ arch: 'sh4', kernel: MMOTM, cpus: 2 })
    const init = m.spawn('init')
    expect(thrown(() => init.write(init.mmap({ length: m.arch.PAGE_SIZE })))).toBe('HungTaskError')
    expect(m.dmesg).toEqual(['BUG: soft lockup - CPU#0 stuck for 22s! [init:1]'])
  })

  it('fields alias: what mm/mmap.c counts as map_count is nr_pmds to those who allocate', () => {
    const { m } = machine({
      arch: 'sh4',
      kernel: MMOTM,
      layout: { units: { 'mm/mmap.c': ['asm/io.h', 'linux/mm.h'], 'mm/memory.c': ['linux/mm.h'] } },
    })
    const task = m.spawn('t')
    // The writer's own view of the lock is gone as well: count is where map_count was.
    task.mmap({ length: m.arch.PAGE_SIZE })
    expect(Number(task.mm.field('nr_pmds'))).toBe(1)
    expect(Number(task.mm.field('map_count'))).not.toBe(0)
  })

  it('/proc/PID/status reads where fs/proc/task_mmu.c thinks the fields are', () => {
    const { m } = machine({
      arch: 'sh4',
      kernel: MMOTM,
      layout: { units: { 'fs/proc/task_mmu.c': ['asm/io.h', 'linux/mm.h'], 'mm/memory.c': ['linux/mm.h'] } },
    })
    const task = m.spawn('t')
    const pages = 5
    task.mmap({ length: pages * m.arch.PAGE_SIZE })
    expect(task.status()).toContain('VmSize:\t       0 kB')
    expect(task.status()).toContain('VmLck:\t      20 kB')
  })

  it('lists that cannot be are errors in words', () => {
    expect(() => machine({ layout: { units: { 'mm/memory.c': ['linux/slab.h'] } } })).toThrow(
      'mm/memory.c does not build',
    )
    expect(() => machine({ layout: { units: { 'mm/memory.c': ['a b'] } } })).toThrow('no name of a file')
    expect(() => machine({ arch: 's390', policies: { accounting: 'A6' } })).toThrow('does not build on s390')
  })

  it('a machine whose units agree keeps its fields as every other one does', () => {
    expect(new Recorder('off').active).toBe(false)
    const { m } = machine({
      arch: 'sh4',
      kernel: MMOTM,
      layout: { units: { 'mm/memory.c': ['linux/mm.h'] } },
    })
    const task = m.spawn('t')
    task.write(task.mmap({ length: m.arch.PAGE_SIZE }))
    task.exit()
    expect(m.dmesg).toEqual([])
  })
})
