import { describe, expect, it } from 'vitest'
import { mprotectFlags, PROT, perms, vmClassOf, vmFlagNames, vmFlagsFromNames, vmFlagsOf } from './vmFlags.ts'
import type { MapOptions } from './vmFlags.ts'

const RW = PROT.READ | PROT.WRITE
const plain = { softDirty: false }

function smaps(prot: number, options: MapOptions, softDirty = false): string {
  const flags = vmFlagsOf(prot, options, { softDirty })
  return `${perms(flags)} ${vmFlagNames(flags).join(' ')}`
}

// As recorded from Linux 6.1, 6.12 and 7.2.
describe('flags of new mappings', () => {
  it.each([
    ['private', RW, {}, 'rw-p rd wr mr mw me ac'],
    ['read-only', PROT.READ, {}, 'r--p rd mr mw me'],
    ['executable', PROT.READ | PROT.EXEC, {}, 'r-xp rd ex mr mw me'],
    ['PROT_NONE', PROT.NONE, {}, '---p mr mw me'],
    ['MAP_NORESERVE', RW, { noreserve: true }, 'rw-p rd wr mr mw me nr'],
    ['MAP_GROWSDOWN', RW, { growsdown: true }, 'rw-p rd wr mr mw me gd ac'],
    ['shared', RW, { shared: true }, 'rw-s rd wr sh mr mw me ms'],
    ['hugetlb', RW, { hugetlb: true }, 'rw-p rd wr mr mw me de ht'],
  ])('%s', (_name, prot, options, expected) => {
    expect(smaps(prot, options)).toBe(expected)
    expect(smaps(prot, options, true)).toContain('sd')
  })

  it('takes write permission for good from files opened read-only', () => {
    expect(smaps(PROT.READ, { shared: true, readOnlyFile: true })).toBe('r--s rd mr me ms')
  })

  it('reads its own codes', () => {
    for (let bit = 0; bit < 31; bit++) {
      const flags = (1 << bit) >>> 0
      if (vmFlagNames(flags).length) expect(vmFlagsFromNames(vmFlagNames(flags))).toBe(flags)
    }
  })
})

describe('mprotect', () => {
  const rw = vmFlagsOf(RW, {}, plain)
  const none = vmFlagsOf(PROT.NONE, {}, plain)

  it('charges private memory when it becomes writable and keeps the charge', () => {
    expect(vmFlagNames(mprotectFlags(none, RW, plain, true) ?? 0)).toContain('ac')
    expect(vmFlagNames(mprotectFlags(rw, PROT.NONE, plain, false) ?? 0)).toEqual(['mr', 'mw', 'me', 'ac'])
  })

  it('gives back the charge of memory that was never touched', () => {
    expect(vmFlagNames(mprotectFlags(rw, PROT.READ, plain, true) ?? 0)).not.toContain('ac')
  })

  it('is EACCES beyond what the mapping may become', () => {
    const readOnly = vmFlagsOf(PROT.READ, { shared: true, readOnlyFile: true }, plain)
    expect(mprotectFlags(readOnly, RW, plain, false)).toBeNull()
    expect(mprotectFlags(readOnly, PROT.READ, plain, false)).toBe(readOnly)
  })
})

it('counts a mapping once', () => {
  expect(vmClassOf(vmFlagsOf(RW, {}, plain))).toBe('data_vm')
  expect(vmClassOf(vmFlagsOf(RW | PROT.EXEC, {}, plain))).toBe('data_vm')
  expect(vmClassOf(vmFlagsOf(PROT.READ | PROT.EXEC, {}, plain))).toBe('exec_vm')
  expect(vmClassOf(vmFlagsOf(RW, { growsdown: true }, plain))).toBe('stack_vm')
  expect(vmClassOf(vmFlagsOf(RW, { shared: true }, plain))).toBeNull()
  expect(vmClassOf(vmFlagsOf(PROT.READ, {}, plain))).toBeNull()
})
