/** ptlab serve: the desk in a browser. */
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { openAppWindow } from '../host/appWindow.ts'
import { dataFolder } from '../host/folders.ts'
import { DEFAULT_PORT, startServer } from '../host/server.ts'
import { UsageError } from './args.ts'
import type { Command } from './args.ts'
import { numberOption } from './numbers.ts'

export const serve: Command = {
  name: 'serve',
  summary: 'Serves the desk to browsers on this machine.',
  operands: '',
  options: {
    port: {
      type: 'string',
      value: 'N',
      help: `port on 127.0.0.1 (default ${DEFAULT_PORT}, 0 for any free one)`,
    },
    open: { type: 'boolean', help: 'also open it in an app window' },
    data: {
      type: 'string',
      value: 'DIR',
      help: "folder for your scenarios (default: the system's place for such data)",
    },
    ui: { type: 'string', value: 'DIR', help: 'folder of the built desk' },
  },
  details: `
Prints the address; it holds a token that is new at every start. Whoever knows it can use the desk, nobody else.
Ends with Ctrl-C, or with the app window.`,

  async run(args) {
    if (args.operands.length > 0)
      throw new UsageError(`serve takes no operands, only options: '${args.operands[0]}'`)
    const data = args.text('data') ?? dataFolder()
    const ui = args.text('ui')
    const server = await startServer({
      port: portOf(numberOption(args, 'port', DEFAULT_PORT)),
      data,
      ...(ui ? { ui } : {}),
    }).catch((error: unknown) => {
      throw new UsageError(error instanceof Error ? error.message : String(error))
    })
    const ended = untilEnd()
    const window = args.flag('open') ? open(server.url, data, ended.end) : null
    if (!args.flag('open')) process.stdout.write(`${server.url}\n`)
    await ended.promise
    window?.kill()
    await server.close()
    return 0
  },
}

function portOf(port: number): number {
  if (!Number.isInteger(port) || port > 65535)
    throw new UsageError(`--port ${port}: a port is a whole number up to 65535`)
  return port
}

function open(url: string, data: string, end: () => void): ChildProcess | null {
  const opened = openAppWindow(url, join(data, 'window'))
  if (!opened.window) {
    process.stderr.write(`ptlab: ${opened.reason}; open this address in a browser:\n`)
    process.stdout.write(`${url}\n`)
    return null
  }
  process.stderr.write(`ptlab: the desk is at ${url}\n`)
  opened.window.on('exit', end)
  opened.window.on('error', (error) =>
    process.stderr.write(`ptlab: the window did not open: ${error.message}; open ${url} yourself\n`),
  )
  return opened.window
}

function untilEnd(): { promise: Promise<void>; end: () => void } {
  let end = () => {}
  const promise = new Promise<void>((resolve) => {
    end = resolve
  })
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  process.once('SIGHUP', end)
  return { promise, end }
}
