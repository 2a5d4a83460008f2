import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findBrowser } from './browser.ts'

describe('findBrowser', () => {
  let home = ''
  const place = (...parts: string[]) => {
    const path = join(home, ...parts)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, '', { mode: 0o755 })
    return path
  }
  const find = (env: Record<string, string>, platform = 'linux') => findBrowser({ env, platform, home })

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'ptlab-browser-'))
  })
  afterEach(() => rmSync(home, { recursive: true }))

  it('finds nothing where nothing is', () => {
    expect(find({ PATH: home })).toBeUndefined()
  })

  it('prefers CHROMIUM_PATH, then Chrome before Chromium, then Playwright', () => {
    const mine = place('mine')
    const chromium = place('a', 'chromium')
    const chrome = place('b', 'google-chrome')
    const own = place('.cache', 'ms-playwright', 'chromium-1200', 'chrome-linux64', 'chrome')
    const PATH = [join(home, 'a'), join(home, 'b')].join(delimiter)
    expect(find({ PATH, CHROMIUM_PATH: mine })).toEqual({ path: mine, source: 'CHROMIUM_PATH' })
    expect(find({ PATH })).toEqual({ path: chrome, source: 'installed' })
    expect(find({ PATH: join(home, 'a') })).toEqual({ path: chromium, source: 'installed' })
    expect(find({ PATH: home })).toEqual({ path: own, source: 'Playwright' })
  })

  it('takes the newest of several Playwright revisions', () => {
    place('.cache', 'ms-playwright', 'chromium-999', 'chrome-linux', 'chrome')
    const newest = place('.cache', 'ms-playwright', 'chromium-1200', 'chrome-linux', 'chrome')
    expect(find({ PATH: '' })?.path).toBe(newest)
  })

  it('looks into the application folders of macOS', () => {
    const edge = place('Applications', 'Microsoft Edge.app', 'Contents', 'MacOS', 'Microsoft Edge')
    expect(find({}, 'darwin')?.path).toBe(edge)
  })

  it('looks into the program folders of Windows', () => {
    const chrome = place('programs', 'Google', 'Chrome', 'Application', 'chrome.exe')
    expect(find({ PROGRAMFILES: join(home, 'programs') }, 'win32')?.path).toBe(chrome)
  })

  it('refuses a CHROMIUM_PATH that is no executable', () => {
    expect(() => find({ CHROMIUM_PATH: join(home, 'gone') })).toThrow(/CHROMIUM_PATH is .*gone/)
  })
})
