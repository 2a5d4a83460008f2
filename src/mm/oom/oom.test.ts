import { describe, expect, it } from 'vitest'
import type { Machine, MachineSpec, Process } from '../../lab/api.ts'
import { createLab } from '../../lab/index.ts'

const MIB = 2 ** 20

function machine(spec: MachineSpec): Machine {
  const locate = () => ({ file: '', line: 0, column: 0 })
  return createLab({ spec, scenario: 't', seed: 1, traceLevel: 'off', sink: () => {}, locate }).context
    .machine
}

/** Touches page after page until memory is out: the process itself is killed, or somebody else was. */
function fill(task: Process, pages: number): string {
  const at = task.mmap({ length: pages * 4096 })
  try {
    task.write(at, { count: pages })
    return ''
  } catch (error) {
    return String((error as { signal?: string }).signal)
  }
}

/** PMD tables without a page: map a gigabyte, touch, unmap the touched part and map it again. */
function pmdAbuser(m: Machine, regions: number): Process {
  const task = m.spawn('sparse')
  const { PUD_SIZE, PMD_SIZE } = m.arch
  for (let i = 1; i <= regions; i++) {
    const at = task.mmap({ length: PUD_SIZE, addr: PUD_SIZE * i, fixed: true })
    task.write(at)
    task.munmap(at, PMD_SIZE)
    task.mmap({ length: PMD_SIZE, addr: at, fixed: true })
  }
  return task
}

describe('the OOM killer', () => {
  it('kills the largest and lets the caller go on', () => {
    const m = machine({ memory: 64 * MIB })
    const big = m.spawn('big')
    fill(big, 10000)
    const small = m.spawn('small')
    expect(fill(small, 5000)).toBe('')
    expect([big.alive, small.alive, small.mm.rss.anon]).toEqual([false, true, 5000])
    expect(m.dmesg).toContainEqual(expect.stringMatching(/^small invoked oom-killer: gfp_mask=0x\w+/))
    expect(m.dmesg).toContainEqual(
      expect.stringMatching(/^Out of memory: Killed process 1 \(big\) total-vm:40000kB/),
    )
    small.exit()
    expect(m.dmesg.filter((line) => line.includes('BUG'))).toEqual([])
    expect(m.vmstat.nr_page_table_pages).toBe(0)
  })

  it('kills the caller when that is the largest; it is gone, and its memory is back', () => {
    const m = machine({ memory: 64 * MIB })
    const free = m.freePages
    const task = m.spawn('greedy')
    expect(fill(task, 20000)).toBe('SIGKILL')
    expect([task.alive, m.freePages]).toEqual([false, free])
    expect(() => task.read(0)).toThrow('has exited')
    expect(m.dmesg.filter((line) => line.includes('BUG'))).toEqual([])
  })

  it('a fork that finds no memory kills too', () => {
    const m = machine({ memory: 64 * MIB })
    const big = m.spawn('big')
    fill(big, 13000)
    const other = m.spawn('other')
    other.write(other.mmap({ length: 4096 }))
    const children = []
    while (big.alive) children.push(other.fork())
    expect(children.length).toBeGreaterThan(10)
    expect(other.alive).toBe(true)
  })

  it('failure injection kills nobody', () => {
    const m = machine({})
    const task = m.spawn('t')
    const at = task.mmap({ length: 4096 })
    m.fail.alloc(1)
    expect(() => task.write(at)).toThrow('SIGKILL')
    expect(task.alive).toBe(true)
  })

  it('up to 5.1 a child dies in place of its parent', () => {
    for (const [kernel, parentLives] of [
      ['3.19', true],
      ['6.12', false],
    ] as const) {
      const m = machine({ memory: 64 * MIB, kernel })
      const parent = m.spawn('parent')
      const at = parent.mmap({ length: 6000 * 4096 })
      parent.write(at, { count: 6000 })
      const child = parent.fork('child')
      child.write(at, { count: 3000 })
      fill(parent, 100)
      fill(m.spawn('other'), 5500)
      expect([kernel, parent.alive]).toEqual([kernel, parentLives])
      if (parentLives) expect(child.alive).toBe(false)
    }
  })

  it('without anybody to kill the kernel panics and the call fails', () => {
    const m = machine({ memory: 64 * 4096 })
    const files = m.memfd('full', 4096 * 100)
    expect(() => files.write(0, 4096 * 100)).toThrow()
    expect(m.dmesg).toContainEqual('Kernel panic - not syncing: System is deadlocked on memory')
  })
})

describe('the list of tasks', () => {
  const head = (kernel: string): string => {
    const m = machine({ memory: 64 * MIB, kernel })
    fill(m.spawn('a'), 20000)
    return m.dmesg.find((line) => line.includes('total_vm') && line.includes('name')) ?? ''
  }

  it.each([
    ['3.19', '[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name'],
    ['4.14', '[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds swapents oom_score_adj name'],
    ['4.15', '[ pid ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name'],
    ['6.1', '[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name'],
    [
      '6.12',
      '[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name',
    ],
  ])('%s has its columns', (kernel, expected) => {
    expect(head(kernel)).toBe(expected)
  })
})

describe('who dies', () => {
  const story = (kernel: string): string[] => {
    const m = machine({ memory: 64 * MIB, kernel })
    const database = m.spawn('database')
    fill(database, 5000)
    const sparse = pmdAbuser(m, 7000)
    const late = m.spawn('late')
    fill(late, 3000)
    return [database, sparse, late].filter(({ alive }) => !alive).map(({ name }) => name)
  }

  it('3.19 kills the database for what the sparse mapper took; 4.0 and 6.12 know better', () => {
    expect([story('3.19'), story('4.0'), story('6.12')]).toEqual([['database'], ['sparse'], ['sparse']])
  })
})
