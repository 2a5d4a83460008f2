import { describe, expect, it } from 'vitest'
import type { MachineSpec } from '../../lab/api.ts'
import { queryOf, type Story } from '../compare/testing/runs.ts'
import { kindOf, verdictOf } from './verdict.ts'

const life: Story = ({ machine, log }, line) => {
  log('one life')
  const task = machine.spawn('init')
  const { PMD_SIZE } = machine.arch
  task.write(task.mmap({ length: 6 * PMD_SIZE, addr: 16 * PMD_SIZE, fixed: true }), {
    count: 6,
    stride: PMD_SIZE,
  })
  line(9)
  task.exit()
}
const found = (spec: MachineSpec) => verdictOf(queryOf(spec, life).trace, { status: 'passed', reason: '' })

describe('what a kernel log says', () => {
  it.each([
    ['BUG: non-zero nr_pmds on freeing mm: -6', 'residue'],
    ['BUG: Bad rss-counter state mm:0000000000000001 type:MM_ANONPAGES val:1', 'residue'],
    ['WARNING: CPU: 0 PID: 1 at mm/mmap.c:2858 exit_mmap()', 'warns'],
    ['INFO: task ps:12 blocked for more than 120 seconds.', 'hangs'],
    ['Oops: 0000 [#1] SMP', 'oops'],
    ["include/linux/mm_types.h:443: error: field 'page_table_lock' has incomplete type", 'does not build'],
  ])('%s: %s', (text, kind) => {
    expect(kindOf(text)).toBe(kind)
  })
})

describe('the verdict on a machine', () => {
  it('is the message of the call in which it was printed', () => {
    expect(found({ arch: 'parisc32-4k', kernel: '4.0' })).toMatchObject({
      verdict: 'residue',
      evidence: {
        message: 'BUG: non-zero nr_pmds on freeing mm: -6',
        call: 'init.exit(0)',
        line: 9,
        story: 'one life',
      },
    })
    expect(found({ arch: 's390', kernel: '4.15', policies: { accounting: 'A4' } }).evidence?.message).toBe(
      'BUG: non-zero pgtables_bytes on freeing mm: -16384',
    )
  })

  it('points at the event', () => {
    const { trace } = queryOf({ arch: 'parisc32-4k', kernel: '4.0' }, life)
    const { evidence } = verdictOf(trace, { status: 'passed', reason: '' })
    expect(trace.text(trace.word(evidence?.k ?? 0, 3))).toBe(evidence?.message)
  })

  it('is that it works where the kernel is silent', () => {
    expect(found({ arch: 'parisc32-4k', kernel: '6.12' })).toEqual({
      verdict: 'works',
      evidence: null,
      messages: 0,
    })
  })

  it('is the reason where nothing ran', () => {
    expect(verdictOf(null, { status: 'error', reason: 'memory: too little' })).toMatchObject({
      verdict: 'not run',
      evidence: { message: 'memory: too little', k: -1 },
    })
    expect(
      verdictOf(null, { status: 'error', reason: 'error: dereferencing pointer to incomplete type' }).verdict,
    ).toBe('does not build')
  })
})
