import { spawn } from 'node:child_process'
import { expect, test } from '@playwright/test'

interface Outcome {
  code: number | null
  output: string
}

function run(command: string): Promise<Outcome> {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })))
}

test.describe('the ptlab command', () => {
  test('is found by npx without a network and lists its commands', async () => {
    const { code, output } = await run('npx --offline ptlab --help')
    expect(code, output).toBe(0)
    for (const command of ['run', 'compare', 'matrix', 'replay', 'archs', 'profiles', 'bench', 'serve']) {
      expect(output).toMatch(new RegExp(`\\b${command}\\b`))
    }
  })

  test('says what is wrong with an unknown command and exits with 2', async () => {
    const { code, output } = await run('node bin/ptlab.mjs no-such-command')
    expect(code, output).toBe(2)
    expect(output).toContain('no-such-command')
  })

  test('works for several at once', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => run('node bin/ptlab.mjs archs')))
    for (const { code, output } of outcomes) expect(code, output).toBe(0)
  })
})
