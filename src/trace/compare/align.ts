/**
 * Calls of several traces in one list of rows: the n-th call from a place in the source is the same row on every machine
 * that makes it. A loop that runs longer on one machine has rows that only this machine is in.
 */
import type { Trace } from '../trace.ts'
import { sitesOf } from './sites.ts'

export interface Alignment {
  rows: number
  /** Per machine: index of its call in each row, −1 where it makes none. */
  at: Int32Array[]
  /** Per machine: index of the last call it has made by the end of each row, −1 before its first. */
  upTo: Int32Array[]
}

export function align(traces: readonly Trace[]): Alignment {
  const { ids, positions, rows } = identify(traces)
  const order = merge(ids, positions, rows)
  const at = positions.map((position) => order.map((id) => position[id]))
  return { rows, at, upTo: at.map(filled) }
}

interface Identified {
  /** Per machine: row identity of each of its calls. */
  ids: Int32Array[]
  /** Per machine: which of its calls has a row identity, −1: none. */
  positions: Int32Array[]
  rows: number
}

/** Gives the n-th call from each site an identity of its own. */
function identify(traces: readonly Trace[]): Identified {
  const { sites, count } = sitesOf(traces)
  const idsOfSite: number[][] = Array.from({ length: count }, () => [])
  let rows = 0
  const ids = sites.map((list) => {
    const seen = new Int32Array(count)
    return list.map((site) => {
      const nth = seen[site]++
      return (idsOfSite[site][nth] ??= rows++)
    })
  })
  const positions = ids.map((list) => {
    const position = new Int32Array(rows).fill(-1)
    list.forEach((id, i) => (position[id] = i))
    return position
  })
  return { ids, positions, rows }
}

/**
 * Row identities in an order that every machine's own order agrees with. Where two machines make the same calls in
 * opposite orders none exists: then the first machine's holds.
 */
function merge(ids: Int32Array[], positions: Int32Array[], rows: number): Int32Array {
  const heads = new Int32Array(ids.length)
  const placed = new Uint8Array(rows)
  const order = new Int32Array(rows)
  const head = (machine: number): number => {
    const list = ids[machine]
    while (heads[machine] < list.length && placed[list[heads[machine]]] !== 0) heads[machine]++
    return heads[machine] < list.length ? list[heads[machine]] : -1
  }
  const isFree = (id: number) => positions.every((position, m) => position[id] < 0 || head(m) === id)
  for (let row = 0; row < rows; row++) {
    let chosen = -1
    for (let m = 0; m < ids.length; m++) {
      const id = head(m)
      if (id < 0) continue
      if (isFree(id)) {
        chosen = id
        break
      }
      if (chosen < 0) chosen = id
    }
    placed[chosen] = 1
    order[row] = chosen
  }
  return order
}

/** Holds the last index through the rows without one. */
function filled(at: Int32Array): Int32Array {
  const upTo = new Int32Array(at.length)
  let last = -1
  for (let row = 0; row < at.length; row++) upTo[row] = last = Math.max(last, at[row])
  return upTo
}
