#!/usr/bin/env node
/** The command line: builds itself when needed, then runs. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt, root } from './build.mjs'

try {
  await ensureBuilt('node')
  const { main } = await import(pathToFileURL(join(root, 'out/node/cli.js')).href)
  process.exitCode = (await main(process.argv.slice(2))) ?? process.exitCode ?? 0
} catch (error) {
  process.stderr.write(`ptlab: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`)
  process.exitCode = 3
}
