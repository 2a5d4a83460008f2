/** Opens the desk as a window without browser controls, where there is a display and a browser for it. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { findBrowser } from './browser.ts'

export type Opened =
  | { window: ChildProcess; reason: '' }
  /** `reason`: why there is no window, in one line. */
  | { window: null; reason: string }

/** `profile`: folder for the browser's own files, so that the window is apart from the user's browser. */
export function openAppWindow(url: string, profile: string, env: NodeJS.ProcessEnv = process.env): Opened {
  if (!hasDisplay(env)) return { window: null, reason: 'there is no display here' }
  try {
    const browser = findBrowser()
    if (!browser)
      return { window: null, reason: 'no Chrome, Chromium or Edge was found (CHROMIUM_PATH names one)' }
    mkdirSync(profile, { recursive: true })
    return { window: spawn(browser.path, appArguments(url, profile), { stdio: 'ignore' }), reason: '' }
  } catch (error) {
    return { window: null, reason: error instanceof Error ? error.message : String(error) }
  }
}

export function appArguments(url: string, profile: string): string[] {
  const args = [
    `--app=${url}`,
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--window-size=1600,1000',
  ]
  // Chromium refuses to run its own sandbox as root on Linux.
  return process.platform === 'linux' && process.getuid?.() === 0 ? [...args, '--no-sandbox'] : args
}

export function hasDisplay(env: NodeJS.ProcessEnv, platform: string = process.platform): boolean {
  if (platform === 'darwin' || platform === 'win32') return true
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
}
