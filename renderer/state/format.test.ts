import { describe, expect, it } from 'vitest'
import { address, bytes, clamp, duration, fileName, grouped, parseAddress, plural } from './format.ts'

describe('formatting', () => {
  it('groups addresses by four digits', () => {
    expect(address('0x7ffff7fff000')).toBe('0x7fff_f7ff_f000')
    expect(address('0xfff')).toBe('0xfff')
    expect(address('0x8000_0000_0421_e867')).toBe('0x8000_0000_0421_e867')
  })

  it('reads addresses as people type them', () => {
    expect(parseAddress(' 7FFF_0000 ')).toBe('0x7fff0000')
    expect(parseAddress('0x2000n')).toBe('0x2000')
    for (const wrong of ['', '0x', 'stack', '0x1ffffffffffffffff']) expect(parseAddress(wrong)).toBeNull()
  })

  it('writes sizes in the largest unit that fits', () => {
    expect([0, 4096, 4_295_000, 3 * 1024 ** 4].map(bytes)).toEqual(['0 B', '4 KiB', '4.10 MiB', '3 TiB'])
    expect(bytes(-4096)).toBe('-4 KiB')
  })

  it('writes counts, times and names', () => {
    expect([plural(1, 'fault'), plural(66, 'fault'), plural(2, 'process', 'processes')]).toEqual([
      '1 fault',
      '66 faults',
      '2 processes',
    ])
    expect(grouped(1234567)).toBe('1\u2009234\u2009567')
    expect([12, 1500, 2_500_000, 3e9].map(duration)).toEqual(['12 ns', '1.5 µs', '2.5 ms', '3.00 s'])
    expect(fileName('my/a.ts')).toBe('a.ts')
    expect([clamp(-2, -1, 5), clamp(9, -1, 5), clamp(3, -1, 5)]).toEqual([-1, 5, 3])
  })
})
