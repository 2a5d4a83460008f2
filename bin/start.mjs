/** npm start: the desktop app where Electron is installed, else the same app in a browser window. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt, root } from './build.mjs'
import { findElectron } from './electron.mjs'

const args = process.argv.slice(2)

try {
  await ensureBuilt('node')
  await ensureBuilt('app')
  const electron = findElectron()
  if (!electron)
    startBrowserHost("Electron's binary is not on this machine (npx install-electron fetches it)")
  else if (!hasDisplay()) startBrowserHost('there is no display for Electron')
  else startDesktop(electron)
} catch (error) {
  process.stderr.write(`ptlab: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 3
}

/** @param {string} electron */
function startDesktop(electron) {
  // Chromium refuses to run its own sandbox as root on Linux.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
  run(electron, [...asRoot, join(root, 'out/main/index.js'), ...args])
}

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/** @param {string} reason */
function startBrowserHost(reason) {
  process.stderr.write(`ptlab: ${reason}, opening the browser host instead\n`)
  run(process.execPath, [join(root, 'bin/ptlab.mjs'), 'serve', '--open', ...args])
}

/**
 * Runs to the end, passes signals down and the exit code up.
 * @param {string} command
 * @param {string[]} commandArgs
 */
function run(command, commandArgs) {
  const child = spawn(command, commandArgs, { cwd: process.cwd(), stdio: 'inherit' })
  child.on('error', (error) => {
    process.stderr.write(`ptlab: ${command} did not start: ${error.message}\n`)
    process.exitCode = 3
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0)
  })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  // Killing npm ends the shell it runs this in, which tells nobody: notice the new parent.
  const parent = process.ppid
  setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 500).unref()
  // A terminal sends Ctrl-C to the child as well.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
}
