import { signal } from '@preact/signals'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Answers, Link, Method, Params } from '../../src/host/protocol.ts'
import { useLink } from './backend.ts'
import { createQuery, forgetAnswers } from './query.ts'

interface Asked {
  params: unknown
  answer(result: unknown): Promise<void>
  refuse(message: string): Promise<void>
}

const asked: Asked[] = []
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}

const link: Link = {
  call: <M extends Method>(_method: M, params: Params<M>) =>
    new Promise<Answers[M]>((resolve, reject) => {
      asked.push({
        params,
        answer: (result) => {
          resolve(result as Answers[M])
          return settle()
        },
        refuse: (message) => {
          reject(new Error(message))
          return settle()
        },
      })
    }),
  onPush: () => () => undefined,
}

const lineQuery = (line: { value: number | null }) =>
  createQuery('atLine', () =>
    line.value === null ? null : { params: { run: 0, machine: 0, line: line.value } },
  )
const askedLines = (): number[] => asked.map((one) => (one.params as { line: number }).line)
const answerOf = (line: number) => ({ first: line * 10, last: line * 10 + 1 })

beforeEach(() => {
  asked.length = 0
  forgetAnswers()
  useLink(link)
})

describe('a query', () => {
  it('has one request in flight and then asks only for the newest wish', async () => {
    const line = signal<number | null>(1)
    const query = lineQuery(line)
    for (let at = 2; at <= 50; at++) line.value = at
    expect(askedLines()).toEqual([1])
    await asked[0]?.answer(answerOf(1))
    expect(askedLines()).toEqual([1, 50])
    expect(query.data.value).toEqual(answerOf(1))
    await asked[1]?.answer(answerOf(50))
    expect(query.data.value).toEqual(answerOf(50))
    expect(query.pending.value).toBe(false)
  })

  it('answers from memory what it has asked before', async () => {
    const line = signal<number | null>(1)
    const query = lineQuery(line)
    await asked[0]?.answer(answerOf(1))
    line.value = 2
    await asked[1]?.answer(answerOf(2))
    line.value = 1
    expect(query.data.value).toEqual(answerOf(1))
    expect(asked).toHaveLength(2)
  })

  it('keeps the old answer while the new one is on its way, and none when there is nothing to ask', async () => {
    const line = signal<number | null>(1)
    const query = lineQuery(line)
    await asked[0]?.answer(answerOf(1))
    line.value = 2
    expect(query.data.value).toEqual(answerOf(1))
    line.value = null
    expect(query.data.value).toBeNull()
    await asked[1]?.answer(answerOf(2))
    expect(query.data.value).toBeNull()
  })

  it('says what the host refused, until the next answer', async () => {
    const line = signal<number | null>(1)
    const query = lineQuery(line)
    await asked[0]?.refuse('there is no such run')
    expect(query.error.value).toBe('there is no such run')
    line.value = 2
    await asked[1]?.answer(answerOf(2))
    expect(query.error.value).toBe('')
  })
})
