/** A program in a process of its own that answers every line with a line. */
import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

export class LineProcess {
  private readonly child: ChildProcessByStdio<Writable, Readable, null>
  private readonly answers: AsyncIterator<string>

  constructor(program: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = process.env) {
    this.child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env })
    // A program that ended is noticed when its next answer is missing.
    this.child.stdin.on('error', () => {})
    this.child.on('error', () => {})
    this.answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]()
  }

  /** @throws Error when the program ended. */
  async ask(line: string): Promise<string> {
    this.child.stdin.write(`${line}\n`)
    const { value, done } = await this.answers.next()
    if (done === true) throw new Error(`a program under measurement ended at '${line}': out of memory?`)
    return value
  }

  stop(): void {
    this.child.kill()
  }
}
