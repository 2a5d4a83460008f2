/** Where things are on the disk. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json: the sources live some levels deep, the built files some others. */
export function projectFolder(): string {
  let at = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(at, 'package.json')) && dirname(at) !== at) at = dirname(at)
  return at
}

/** Built scripts of the sandbox: checker.js and runner.js. */
export function sandboxFolder(): string {
  return join(projectFolder(), 'out', 'node')
}

/** Where the user's scenarios and the workspace live, as the system likes it. */
export function dataFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): string {
  if (env.PTLAB_DATA) return env.PTLAB_DATA
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'ptlab')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'ptlab')
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'ptlab')
}
