/** The real kernel on the same machine: a small C program, compiled on the spot, that does the same work. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LineProcess } from './lineProcess.ts'
import type { PageSize } from './machine.ts'
import source from './native.c?raw'

const COMPILERS = ['cc', 'gcc', 'clang']

export const NO_COMPILER = `no ratios to the real kernel: none of ${COMPILERS.join(', ')} found (or set CC)`

export const NO_HUGE_PAGES = 'no ratio to the real kernel: its transparent huge pages are off'

export class Native {
  private readonly process: LineProcess
  private readonly folder: string

  private constructor(folder: string, program: string) {
    this.folder = folder
    this.process = new LineProcess(program)
  }

  /** Null where there is no C compiler or no Linux. */
  static start(): Native | null {
    if (process.platform !== 'linux') return null
    const folder = mkdtempSync(join(tmpdir(), 'ptlab-bench-'))
    const program = join(folder, 'native')
    writeFileSync(join(folder, 'native.c'), source)
    const compilers = process.env.CC ? [process.env.CC, ...COMPILERS] : COMPILERS
    for (const compiler of compilers) {
      const { status } = spawnSync(compiler, ['-O2', '-o', program, join(folder, 'native.c')])
      if (status === 0) return new Native(folder, program)
    }
    rmSync(folder, { recursive: true, force: true })
    return null
  }

  /** Seconds of processor time that mapping `pages` pages and writing to each took. */
  touch(pages: number, size: PageSize): Promise<number> {
    return this.ask(`touch ${size} ${pages}`)
  }

  /** The same, and the pages stay. */
  hold(pages: number, size: PageSize): Promise<number> {
    return this.ask(`hold ${size} ${pages}`)
  }

  /** Whether the kernel gives pages of this size to who asks for them. */
  has(size: PageSize): boolean {
    return size === 'small' || hugePagesOn()
  }

  /** Seconds of processor time of parent and child from fork until the child was reaped, the mean of some. */
  async fork(repeats: number): Promise<number> {
    let taken = 0
    for (let i = 0; i < repeats; i++) taken += await this.ask('fork')
    return taken / repeats
  }

  stop(): void {
    this.process.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private async ask(command: string): Promise<number> {
    return Number(await this.process.ask(command))
  }
}

function hugePagesOn(): boolean {
  try {
    return !readFileSync('/sys/kernel/mm/transparent_hugepage/enabled', 'utf8').includes('[never]')
  } catch {
    return false
  }
}
