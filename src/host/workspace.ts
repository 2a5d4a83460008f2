/** What the UI wants back after a restart or a crash: kept as it is, never looked into. */
import { existsSync, readFileSync } from 'node:fs'
import { writeFileAtomic } from './atomicFile.ts'

export class Workspace {
  private readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** The text last written, or '' when there is none that can be read. */
  read(): string {
    try {
      return existsSync(this.path) ? readFileSync(this.path, 'utf8') : ''
    } catch {
      return ''
    }
  }

  write(text: string): Record<string, never> {
    writeFileAtomic(this.path, text)
    return {}
  }
}
