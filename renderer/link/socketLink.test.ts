import { describe, expect, it } from 'vitest'
import type { Push } from '../../src/host/protocol.ts'
import { socketAddress, tokenOf } from './pickLink.ts'
import { ConnectionLost } from './rpc.ts'
import { type ConnectionState, type SocketLike, socketLink } from './socketLink.ts'

function setUp() {
  const sockets: (SocketLike & { sent: string[] })[] = []
  const states: ConnectionState[] = []
  const open = (): SocketLike => {
    const sent: string[] = []
    const socket = {
      onopen: null,
      onclose: null,
      onmessage: null,
      sent,
      send: (text: string) => sent.push(text),
      close: () => undefined,
    }
    sockets.push(socket)
    return socket
  }
  return { sockets, states, link: socketLink(open, (state) => states.push(state)) }
}

const idOf = (text: string | undefined): number => (JSON.parse(text ?? '{}') as { id: number }).id

describe('the WebSocket link', () => {
  it('holds calls until the socket is open, then matches answers by id', async () => {
    const { sockets, link } = setUp()
    const first = link.call('stop', { run: 1 })
    const second = link.call('atLine', { run: 1, machine: 0, line: 3 })
    const socket = sockets[0]
    expect(socket?.sent).toEqual([])
    socket?.onopen?.()
    expect(socket?.sent).toHaveLength(2)
    socket?.onmessage?.({ data: JSON.stringify({ id: idOf(socket.sent[1]), result: { first: 1, last: 2 } }) })
    socket?.onmessage?.({
      data: JSON.stringify({ id: idOf(socket.sent[0]), error: { message: 'there is no run 1' } }),
    })
    expect(await second).toEqual({ first: 1, last: 2 })
    await expect(first).rejects.toThrow('there is no run 1')
  })

  it('rejects what was in flight when the connection is lost, and works again after reconnecting', async () => {
    const { sockets, states, link } = setUp()
    sockets[0]?.onopen?.()
    const lost = link.call('stop', { run: 1 })
    sockets[0]?.onclose?.()
    await expect(lost).rejects.toBeInstanceOf(ConnectionLost)
    await expect(link.call('stop', { run: 1 })).rejects.toBeInstanceOf(ConnectionLost)
    link.reconnect()
    const again = link.call('stop', { run: 2 })
    const socket = sockets[1]
    socket?.onopen?.()
    socket?.onmessage?.({ data: JSON.stringify({ id: idOf(socket.sent[0]), result: {} }) })
    expect(await again).toEqual({})
    expect(states).toEqual(['connecting', 'open', 'lost', 'connecting', 'open'])
  })

  it('passes pushes to every listener until it is taken away', () => {
    const { sockets, link } = setUp()
    const heard: Push[] = []
    const stop = link.onPush((push) => heard.push(push))
    const push: Push = { push: 'menu', data: { command: 'run.start' } }
    sockets[0]?.onmessage?.({ data: JSON.stringify(push) })
    stop()
    sockets[0]?.onmessage?.({ data: JSON.stringify(push) })
    expect(heard).toEqual([push])
  })
})

it('takes the token from the fragment, else from the query', () => {
  expect(tokenOf({ hash: '#token=abc', search: '?token=def' })).toBe('abc')
  expect(tokenOf({ hash: '', search: '?token=def' })).toBe('def')
  expect(socketAddress({ protocol: 'http:', host: '127.0.0.1:1', hash: '#token=a%20b', search: '' })).toBe(
    'ws://127.0.0.1:1/socket?token=a%20b',
  )
})
