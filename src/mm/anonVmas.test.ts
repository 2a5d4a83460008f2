import { describe, expect, it } from 'vitest'
import { cloneAnonVmas, forkAnonVma, prepareAnonVma, unlinkAnonVmas } from './anonVmas.ts'
import { Vma } from './vma.ts'
import { VmaSet } from './vmaSet.ts'

let ids = 0
const newId = () => ++ids

function vma(): Vma {
  return new Vma(newId(), 1, 0, 4, 3, 0, null, '')
}

function fork(parent: Vma): Vma {
  const child = vma()
  forkAnonVma(child, parent, newId)
  return child
}

function faulted(): Vma {
  const root = vma()
  const set = new VmaSet()
  set.insert(root)
  prepareAnonVma(set, root, newId)
  return root
}

describe('anon_vma', () => {
  it('of a child is its own, with the ancestors in the chain', () => {
    const root = faulted()
    const child = fork(root)
    const grandchild = fork(child)
    expect(grandchild.chain).toEqual([root.anonVma, child.anonVma, grandchild.anonVma])
    expect(grandchild.anonVma?.root).toBe(root.anonVma)
    expect(root.anonVma?.numVmas).toBe(3)
    expect([root.anonVma?.numChildren, child.anonVma?.numChildren]).toEqual([2, 1])
  })

  it('is not made for a VMA that never faulted', () => {
    expect(fork(vma()).anonVma).toBeNull()
  })

  it('without users is taken over by a later child, so that chains do not grow for ever', () => {
    let current = faulted()
    for (let i = 0; i < 20; i++) {
      const child = fork(current)
      unlinkAnonVmas(current)
      current = child
    }
    expect(current.chain.length).toBeLessThan(4)
  })

  it('is left without a trace when every VMA has gone', () => {
    const root = faulted()
    const anon = root.anonVma
    const child = fork(root)
    unlinkAnonVmas(child)
    expect([anon?.numChildren, anon?.numActiveVmas, anon?.numVmas]).toEqual([1, 1, 1])
    unlinkAnonVmas(root)
    expect([anon?.numChildren, anon?.numActiveVmas, anon?.numVmas]).toEqual([0, 0, 0])
  })

  it('is shared by the halves of a split VMA', () => {
    const root = faulted()
    const half = vma()
    half.anonVma = root.anonVma
    cloneAnonVmas(half, root)
    expect(half.chain).toEqual(root.chain)
    expect(root.anonVma?.numActiveVmas).toBe(2)
  })
})
