import { describe, expect, it } from 'vitest'
import { KERNELS } from '../kernels.ts'
import { choicesOf, SEAMS } from './index.ts'

describe('seams', () => {
  it('name every alternative of A0–A6, B0–B8, C0–C9, D0–D5, E0–E5', () => {
    const labels = (id: string) =>
      SEAMS.find((seam) => seam.id === id)?.alternatives.map(({ label }) => label)
    expect(labels('accounting')).toEqual(expect.arrayContaining(['A0', 'A1', 'A2', 'A3', 'A4', 'A5', 'A6']))
    expect(labels('special')).toEqual(Array.from({ length: 9 }, (_, i) => `B${i}`))
    expect(labels('propagation')).toEqual(
      expect.arrayContaining(Array.from({ length: 10 }, (_, i) => `C${i}`)),
    )
    expect(labels('tracking')).toEqual(Array.from({ length: 6 }, (_, i) => `D${i}`))
    expect(labels('descriptor')).toEqual(Array.from({ length: 6 }, (_, i) => `E${i}`))
  })

  it.each(SEAMS)('$id: rows are in the order of the kernels and name alternatives that exist', (seam) => {
    const versions = seam.history.map(({ version }) =>
      KERNELS.findIndex((kernel) => kernel.version === version),
    )
    expect(versions).not.toContain(-1)
    expect(versions).toEqual([...versions].sort((a, b) => a - b))
    const known = seam.alternatives.map(({ label }) => label)
    for (const { choices } of seam.history) for (const { label } of choices) expect(known).toContain(label)
  })

  it.each(KERNELS)('$version has an answer for every seam', ({ version }) => {
    for (const { choices } of choicesOf(version)) {
      expect(choices.length).toBeGreaterThan(0)
      for (const { id } of choices) expect(id).not.toBe('')
    }
  })

  it('tells what changed: 5.8 tracked, 5.10 preallocated, 32-bit x86 went back to faults', () => {
    const on = (version: string, on: string) =>
      choicesOf(version)
        .find(({ seam }) => seam === 'propagation')
        ?.choices.find((choice) => choice.on === on)?.id
    expect([on('4.20', 'x86-64'), on('5.8', 'x86-64'), on('5.10', 'x86-64')]).toEqual([
      'lazy_fault',
      'mask_track_sync',
      'prealloc',
    ])
    expect(on('5.10', 'x86-32')).toBe('mask_and_lazy')
  })
})
