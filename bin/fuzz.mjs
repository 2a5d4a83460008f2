/**
 * npm run fuzz -- [--ops N] [--seed S]: random histories of operations against a naive model of memory, longer than in
 * npm test. A failure prints the seed and the shrunk history; keep it in src/lab/fuzz/regressions.ts.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { root, toolPath } from './build.mjs'

function numbers() {
  const { values } = parseArgs({
    options: { ops: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
  })
  const ops = Number(values.ops)
  const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed)
  if (!Number.isInteger(ops) || ops < 1) throw new Error(`--ops ${values.ops}: give a whole number`)
  if (!Number.isInteger(seed)) throw new Error(`--seed ${values.seed}: give a whole number`)
  return { ops, seed }
}

try {
  const { ops, seed } = numbers()
  process.stderr.write(`fuzz: ${ops} operations, seed ${seed}\n`)
  const env = { ...process.env, PTLAB_FUZZ_OPS: String(ops), PTLAB_FUZZ_SEED: String(seed) }
  const run = spawnSync(process.execPath, [toolPath('vitest'), 'run', 'src/lab/fuzz'], {
    cwd: root,
    env,
    stdio: 'inherit',
  })
  process.exitCode = run.status ?? 3
} catch (error) {
  process.stderr.write(`fuzz: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 2
}
