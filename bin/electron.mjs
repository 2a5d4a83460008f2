/** Finds Electron's executable without starting the download that importing 'electron' starts. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './build.mjs'

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined} the executable, or undefined when it is not on this machine
 */
export function findElectron(env = process.env) {
  const folder = join(root, 'node_modules', 'electron')
  const pathFile = join(folder, 'path.txt')
  const executable = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : undefined
  const dist = env.ELECTRON_OVERRIDE_DIST_PATH
  if (dist) return existing(join(dist, executable ?? 'electron'))
  return executable ? existing(join(folder, 'dist', executable)) : undefined
}

/** @param {string} path */
function existing(path) {
  return existsSync(path) ? path : undefined
}
