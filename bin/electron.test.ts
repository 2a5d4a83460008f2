import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findElectron } from './electron.mjs'

describe('findElectron', () => {
  it('takes the folder ELECTRON_OVERRIDE_DIST_PATH names, only when it holds an Electron', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ptlab-electron-'))
    const env = { ELECTRON_OVERRIDE_DIST_PATH: folder }
    expect(findElectron(env)).toBeUndefined()
    for (const name of ['electron', 'electron.exe', 'Electron.app']) writeFileSync(join(folder, name), '')
    expect(findElectron(env)?.startsWith(folder)).toBe(true)
    rmSync(folder, { recursive: true })
  })
})
