/**
 * Which Chromium-family browser this machine has: for the app window of `ptlab serve` and for the tests in a real browser.
 * Order: CHROMIUM_PATH, what is installed (Chrome, Chromium, Edge), what Playwright downloaded.
 */
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

export interface Browser {
  /** The executable. */
  path: string
  /** How it was found, for people: 'CHROMIUM_PATH', 'installed', 'Playwright'. */
  source: 'CHROMIUM_PATH' | 'installed' | 'Playwright'
}

export interface Surroundings {
  env: Record<string, string | undefined>
  platform: string
  home: string
}

const commands = [
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
]

const macApps = ['Google Chrome', 'Chromium', 'Microsoft Edge']
const windowsApps = [
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
]

/** Where Playwright unpacks Chromium inside its chromium-<revision> folder. */
const playwrightBuilds = [
  ['chrome-linux64', 'chrome'],
  ['chrome-linux', 'chrome'],
  ['chrome-mac-arm64', 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
  ['chrome-mac-x64', 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
  ['chrome-mac', 'Chromium.app', 'Contents', 'MacOS', 'Chromium'],
  ['chrome-win64', 'chrome.exe'],
  ['chrome-win', 'chrome.exe'],
]

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function installedPlaces({ env, platform, home }: Surroundings): string[] {
  if (platform === 'darwin') {
    const folders = [join(home, 'Applications'), '/Applications']
    return folders.flatMap((folder) =>
      macApps.map((app) => join(folder, `${app}.app`, 'Contents', 'MacOS', app)),
    )
  }
  if (platform === 'win32') {
    const folders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']]
    return folders.flatMap((folder) => (folder ? windowsApps.map((app) => join(folder, ...app)) : []))
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return commands.flatMap((command) => folders.map((folder) => join(folder, command)))
}

function playwrightFolder({ env, platform, home }: Surroundings): string {
  const set = env['PLAYWRIGHT_BROWSERS_PATH']
  if (set && set !== '0') return set
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'ms-playwright')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? home, 'ms-playwright')
  return join(env['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'ms-playwright')
}

function playwrightPlaces(surroundings: Surroundings): string[] {
  const folder = playwrightFolder(surroundings)
  if (!existsSync(folder)) return []
  const revision = (name: string) => Number(name.slice('chromium-'.length))
  const revisions = readdirSync(folder).filter((name) => /^chromium-\d+$/.test(name))
  revisions.sort((a, b) => revision(b) - revision(a))
  return revisions.flatMap((name) => playwrightBuilds.map((parts) => join(folder, name, ...parts)))
}

function here(): Surroundings {
  return { env: process.env, platform: process.platform, home: homedir() }
}

/**
 * The browser to use, or undefined when there is none.
 * @throws Error when CHROMIUM_PATH is set but names no executable: silently using another one would surprise.
 */
export function findBrowser(surroundings: Surroundings = here()): Browser | undefined {
  const named = surroundings.env['CHROMIUM_PATH']
  if (named) {
    if (isExecutable(named)) return { path: named, source: 'CHROMIUM_PATH' }
    throw new Error(`CHROMIUM_PATH is ${named}, which is not an executable file: correct it or unset it`)
  }
  const installed = installedPlaces(surroundings).find(isExecutable)
  if (installed) return { path: installed, source: 'installed' }
  const own = playwrightPlaces(surroundings).find(isExecutable)
  return own ? { path: own, source: 'Playwright' } : undefined
}
