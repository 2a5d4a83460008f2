import { describe, expect, it } from 'vitest'
import { procText } from '../trace/query/proc.ts'
import { tablesOfMm, tableView } from '../trace/query/tables.ts'
import { watched } from './watched.fixture.ts'

const GiB = 2 ** 30
const AT = 0x20_0000_0000n

/** Two processes that map the same GiB of huge pages at the same place, and share its pmd table. */
function sharing() {
  const { machine, read } = watched({ config: { hugepages: 4 } })
  const file = machine.memfd('f', 0, { hugetlb: true })
  const tasks = [machine.spawn('one'), machine.spawn('two')]
  for (const task of tasks) {
    task.mmap({ file, length: GiB, addr: AT, fixed: true, shared: true, noreserve: true })
    task.write(AT)
  }
  return { tasks, read }
}

describe('a pmd table that address spaces share, as panels see it', () => {
  it('hangs in the tree of each, and says how many use it', () => {
    const { tasks, read } = sharing()
    const levelsOf = (pid: number): string[] => {
      const { replica, trace } = read()
      const state = replica.at(trace.length - 1)
      return tablesOfMm(state, pid, 100).map(({ level, users, va }) => `${level} ${va} ${users}`)
    }
    const both = ['pgd 0x0 1', 'pud 0x0 1', 'pmd 0x2000000000 2']
    expect([levelsOf(1), levelsOf(2)]).toEqual([both, both])
    tasks[0].munmap(AT, GiB)
    expect([levelsOf(1), levelsOf(2)]).toEqual([['pgd 0x0 1'], [...both.slice(0, 2), 'pmd 0x2000000000 1']])
    const { replica, trace } = read()
    const pmd = tablesOfMm(replica.at(trace.length - 1), 2, 100)[2]
    expect(tableView(replica.at(trace.length - 1), pmd.id)?.users).toBe(1)
  })
  it('makes its pages shared ones in smaps, though each is mapped by one entry (hugetlb_pmd_shared)', () => {
    const { tasks, read } = sharing()
    const lines = (): string[] => {
      const { replica, trace } = read()
      const state = replica.at(trace.length - 1)
      const [live, replayed] = [tasks[1].smaps(), procText(state, trace, tasks[1].pid, 'smaps')]
      expect(replayed).toBe(live)
      return live.split('\n').filter((line) => line.includes('_Hugetlb'))
    }
    expect(lines()).toEqual(['Shared_Hugetlb:     2048 kB', 'Private_Hugetlb:       0 kB'])
    tasks[0].munmap(AT, GiB)
    expect(lines()).toEqual(['Shared_Hugetlb:        0 kB', 'Private_Hugetlb:    2048 kB'])
  })
})
