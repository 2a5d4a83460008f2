/**
 * Builds what a command needs, when it is missing or older than its sources. Two processes may ask at once:
 * a lock lets one build, the other waits and finds the work done.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * @typedef {object} Target
 * @property {string} stamp file whose text is the fingerprint of the sources that were built
 * @property {string[]} inputs files and folders the result depends on
 * @property {string} notice one line for people who wait
 * @property {() => void} build throws when it fails
 */

/** @type {Record<'node' | 'app', Target>} */
const targets = {
  node: {
    stamp: 'out/node/.built',
    inputs: ['src', 'build', 'package.json', 'vite.node.config.ts'],
    notice: 'ptlab: building…',
    build: buildNode,
  },
  app: {
    stamp: 'out/renderer/.built',
    inputs: ['src', 'renderer', 'electron', 'package.json', 'electron.vite.config.ts'],
    notice: 'ptlab: building the app (about 15 s, only after a change)…',
    build: () => runTool('electron-vite', ['build']),
  },
}

/**
 * Names, sizes and modification times of everything a target depends on. Tests are not part of any build.
 * @param {string[]} inputs
 */
function fingerprint(inputs) {
  const hash = createHash('sha256')
  /** @param {string} path */
  const add = (path) => {
    const info = statSync(join(root, path), { throwIfNoEntry: false })
    if (!info) return
    if (info.isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) add(`${path}/${name}`)
    } else if (!/\.test\.tsx?$/.test(path)) {
      hash.update(`${path} ${info.size} ${info.mtimeMs}\n`)
    }
  }
  for (const input of inputs) add(input)
  return hash.digest('hex')
}

/** @param {Target} target */
function isFresh(target) {
  const stamp = join(root, target.stamp)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(target.inputs)
}

/**
 * Makes sure a target is built.
 * @param {'node' | 'app'} name
 * @throws Error with the build tool's output when the build fails
 */
export async function ensureBuilt(name) {
  const target = targets[name]
  if (isFresh(target)) return
  const release = await lock(join(root, 'out', `.lock-${name}`))
  try {
    if (isFresh(target)) return
    process.stderr.write(`${target.notice}\n`)
    // Taken first: a file edited during the build makes the result stale again.
    const built = fingerprint(target.inputs)
    rmSync(join(root, target.stamp), { force: true })
    target.build()
    writeFileSync(join(root, target.stamp), built)
  } finally {
    release()
  }
}

/** A failed or half-done build must not replace one that a running process still reads from. */
function buildNode() {
  const next = join(root, 'out', '.node-next')
  const last = join(root, 'out', '.node-last')
  const now = join(root, 'out', 'node')
  runTool('vite', ['build', '--config', 'vite.node.config.ts', '--outDir', next])
  rmSync(last, { recursive: true, force: true })
  if (existsSync(now)) renameSync(now, last)
  renameSync(next, now)
}

/**
 * Runs a tool of node_modules; its output is shown only when it fails.
 * @param {string} name
 * @param {string[]} args
 */
function runTool(name, args) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [toolPath(name), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (status !== 0)
    throw new Error(`${name} ${args.join(' ')} failed\n${stdout}${stderr}${error?.message ?? ''}`)
}

/**
 * The script of a tool in node_modules (what .bin/NAME holds is a shell script on Windows).
 * @param {string} packageName
 * @param {string} binName
 */
export function toolPath(packageName, binName = packageName) {
  const folder = join(root, 'node_modules', packageName)
  const manifest = join(folder, 'package.json')
  if (!existsSync(manifest)) throw new Error(`${packageName} is not installed: run npm ci in ${root} first`)
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'))
  return join(folder, typeof bin === 'string' ? bin : bin[binName])
}

/**
 * Takes a lock between processes; a lock whose owner is gone counts as free.
 * @param {string} path
 * @returns {Promise<() => void>} gives the lock back
 */
async function lock(path) {
  mkdirSync(dirname(path), { recursive: true })
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    }
    if (ownerIsGone(path)) rmSync(path, { force: true })
    else await wait(100)
  }
}

/**
 * Gone, or so old that the number may by now be another process's.
 * @param {string} path
 */
function ownerIsGone(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs > 10 * 60_000) return true
    const pid = Number(readFileSync(path, 'utf8'))
    // Between creation and the first write the file is empty: its owner is alive.
    if (pid) process.kill(pid, 0)
    return false
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH'
  }
}
