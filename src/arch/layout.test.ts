import { describe, expect, it } from 'vitest'
import { factVariants } from './facts/load.ts'
import { arch, findVariant, variants } from './index.ts'
import { memoryMaps, regionAt } from './layout.ts'

const all = variants().map((v) => ({ id: v.id, variant: v }))

describe.each(all)('$id', ({ variant }) => {
  it('regions lie in the address space, in order, without overlaps', () => {
    for (const { rows } of memoryMaps(variant)) {
      expect(rows[0]!.from).toBe(0n)
      expect(rows.at(-1)!.to).toBe((1n << BigInt(variant.bits)) - 1n)
      rows.forEach((row, i) => {
        expect(row.size, row.name).toBeGreaterThan(0n)
        if (i > 0) expect(row.from, `${rows[i - 1]!.name} and ${row.name}`).toBe(rows[i - 1]!.to + 1n)
      })
    }
  })

  it('user space is a region and holds every user address', () => {
    const user = variant.layout.find((r) => r.name === 'user')
    expect(user?.to).toBeGreaterThanOrEqual(variant.space.mmapWindow - 1n)
  })
})

/** Start of the named region as the kernel's headers have it, where that is a number. */
const starts = factVariants.flatMap((fact) => {
  const va = fact.kernelVa
  const layout = findVariant(fact.id).layout
  return [
    ['vmalloc', va.vmallocStart],
    ['direct map', va.pageOffset],
  ].flatMap(([name, text]) => {
    const region = layout.find((r) => r.name === name)
    return region === undefined || !/^0x[0-9a-f]+$/.test(text ?? '')
      ? []
      : [{ id: fact.id, name: name!, text: text!, region }]
  })
})

describe('kernel regions start where the headers say', () => {
  it.each(starts)('$id $name', ({ region, text }) => {
    expect(region.from).toBe(BigInt(text))
  })
})

/** Documentation/arch/x86/x86_64/mm.rst, Documentation/arch/riscv/vm-layout.rst, Documentation/arch/arm64/memory.rst: name, first and last byte. */
const DOCUMENTED: Record<string, [name: string, from: string, to: string][]> = {
  'x86-64-4level': [
    ['ldt', 'ffff880000000000', 'ffff887fffffffff'],
    ['direct map', 'ffff888000000000', 'ffffc87fffffffff'],
    ['vmalloc', 'ffffc90000000000', 'ffffe8ffffffffff'],
    ['vmemmap', 'ffffea0000000000', 'ffffeaffffffffff'],
    ['kasan', 'ffffec0000000000', 'fffffbffffffffff'],
    ['cpu_entry_area', 'fffffe0000000000', 'fffffe7fffffffff'],
    ['espfix', 'ffffff0000000000', 'ffffff7fffffffff'],
    ['efi', 'ffffffef00000000', 'fffffffeffffffff'],
    ['kernel text', 'ffffffff80000000', 'ffffffff9fffffff'],
    ['modules', 'ffffffffa0000000', 'fffffffffeffffff'],
    ['vsyscall', 'ffffffffff600000', 'ffffffffff600fff'],
  ],
  'x86-64-5level-la57on': [
    ['ldt', 'ff10000000000000', 'ff10ffffffffffff'],
    ['direct map', 'ff11000000000000', 'ff90ffffffffffff'],
    ['vmalloc', 'ffa0000000000000', 'ffd1ffffffffffff'],
    ['vmemmap', 'ffd4000000000000', 'ffd5ffffffffffff'],
    ['kasan', 'ffdf000000000000', 'fffffbffffffffff'],
  ],
  'riscv64-sv39': [
    ['fixmap', 'ffffffc4fea00000', 'ffffffc4feffffff'],
    ['pci io', 'ffffffc4ff000000', 'ffffffc4ffffffff'],
    ['vmemmap', 'ffffffc500000000', 'ffffffc5ffffffff'],
    ['vmalloc', 'ffffffc600000000', 'ffffffd5ffffffff'],
    ['direct map', 'ffffffd600000000', 'fffffff5ffffffff'],
    ['kasan', 'fffffff700000000', 'fffffffeffffffff'],
  ],
  'riscv64-sv48': [
    ['vmemmap', 'ffff8d8000000000', 'ffff8f7fffffffff'],
    ['vmalloc', 'ffff8f8000000000', 'ffffaf7fffffffff'],
    ['direct map', 'ffffaf8000000000', 'ffffef7fffffffff'],
  ],
  'riscv64-sv57': [
    ['vmemmap', 'ff1c000000000000', 'ff1fffffffffffff'],
    ['vmalloc', 'ff20000000000000', 'ff5fffffffffffff'],
    ['direct map', 'ff60000000000000', 'ffdeffffffffffff'],
  ],
  'arm64-4k-va48': [
    ['user', '0000000000000000', '0000ffffffffffff'],
    ['direct map', 'ffff000000000000', 'ffff7fffffffffff'],
    ['modules', 'ffff800000000000', 'ffff80007fffffff'],
    ['vmalloc', 'ffff800080000000', 'fffffdffbf7fffff'],
    ['vmemmap', 'fffffdffc0000000', 'ffffffffbfffffff'],
  ],
}

describe.each(Object.keys(DOCUMENTED))("%s: the documentation's table", (id) => {
  it.each(DOCUMENTED[id]!)('%s', (name, from, to) => {
    const region = findVariant(id).layout.find((r) => r.name === name)
    expect([region?.from.toString(16).padStart(16, '0'), region?.to.toString(16).padStart(16, '0')]).toEqual([
      from,
      to,
    ])
  })
})

it('user and kernel share a space, or have one each', () => {
  const spaces = (id: string) => memoryMaps(findVariant(id)).map((m) => m.space)
  expect(spaces('x86_64')).toEqual(['shared'])
  expect(spaces('m68k')).toEqual(['user', 'kernel'])
})

it('names the region of an address', () => {
  const x86 = arch('x86_64')
  expect(regionAt(x86, 0xffffc90000001000n)?.name).toBe('vmalloc')
  expect(regionAt(x86, 0xffffe90000000000n)).toBeNull()
})
