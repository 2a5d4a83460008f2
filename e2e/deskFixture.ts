/** The desk in a real browser over a real host of its own, with an empty folder for the user's scenarios. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Locator, type Page, test as base } from '@playwright/test'

export interface Host {
  url: string
  /** Ends the host, as a crash would. */
  stop(): Promise<void>
}

/** Starts `ptlab serve`; resolves when it has printed its address. */
export async function startHost(data: string, port = 0): Promise<Host> {
  const child = spawn(process.execPath, ['bin/ptlab.mjs', 'serve', '--port', String(port), '--data', data])
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const match = /http:\S+/.exec(chunk.toString())
      if (match) resolve(match[0])
    })
    child.on('close', () => reject(new Error(`ptlab serve ended:\n${said}`)))
  })
  return {
    url,
    stop: () => {
      child.kill()
      return ended
    },
  }
}

/** What tests do with the desk, in its own words. */
export class Desk {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get editor(): Locator {
    return this.page.locator('.monaco-editor .view-lines')
  }

  async idle(): Promise<void> {
    await expect(this.page.locator('html')).toHaveAttribute('data-app-state', 'idle')
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url)
    await this.idle()
    await expect(this.page.getByTestId('editor')).toHaveAttribute('data-editor-state', 'ready')
  }

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys)
    await this.idle()
  }

  /** Makes a scenario of one's own with this text. */
  async write(text: string): Promise<void> {
    await this.press('Alt+n')
    await this.editor.click()
    await this.page.keyboard.press('ControlOrMeta+a')
    await this.page.keyboard.insertText(text)
    await this.idle()
  }

  async run(): Promise<void> {
    await this.press('F5')
    await expect(this.page.getByTestId('run-state')).toHaveAttribute('data-state', 'finished')
    await this.idle()
  }

  field(name: string): Locator {
    return this.page.locator(`[data-field="${name}"]`)
  }

  bit(name: string): Locator {
    return this.page.locator(`[data-testid="bit"][data-name="${name}"]`)
  }

  get tlb(): Locator {
    return this.page.getByTestId('tlb-row')
  }
}

export const test = base.extend<{ data: string; host: Host; desk: Desk }>({
  data: async ({ browserName: _unused }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ptlab-desk-'))
    await use(folder)
    rmSync(folder, { recursive: true, force: true })
  },
  host: async ({ data }, use) => {
    const host = await startHost(data)
    await use(host)
    await host.stop()
  },
  desk: async ({ page, host }, use) => {
    const desk = new Desk(page)
    await desk.open(host.url)
    await use(desk)
  },
})

export { expect } from '@playwright/test'
