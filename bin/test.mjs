/**
 * npm test: type check, lint, unit tests, build, tests in a real browser. Everything is shown as it happens;
 * the last line sums up what the runners reported.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt, root, toolPath } from './build.mjs'
import { summary, tallyPlaywright, tallyRun, tallyVitest } from './report.mjs'

const results = join(root, 'test-results')
const vitestReport = join(results, 'vitest.json')
const playwrightReport = join(results, 'playwright.json')

/** @param {string} title */
const heading = (title) => process.stdout.write(`\n── ${title}\n`)

/**
 * Runs a tool of node_modules with its output shown.
 * @param {string} script
 * @param {string[]} args
 */
const tool = (script, args) => command(process.execPath, [script, ...args])
const playwright = toolPath('@playwright/test', 'playwright')

/** @param {string} file @param {string[]} args */
const command = (file, args) => spawnSync(file, args, { cwd: root, stdio: 'inherit' }).status

/** @param {boolean} ok @returns {import('./report.mjs').Tally} */
const step = (ok) => ({ passed: 0, failed: ok ? 0 : 1, skipped: 0 })

/** @param {string} file */
const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)

/** @param {'node' | 'app'} target */
async function build(target) {
  try {
    await ensureBuilt(target)
    return true
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    return false
  }
}

/** The browser the tests will use, installed first where there is none and that is possible. */
async function provideBrowser() {
  const { findBrowser } = await import(pathToFileURL(join(root, 'out/node/browser.js')).href)
  if (findBrowser()) return findBrowser()
  process.stdout.write('No Chrome, Chromium or Edge found: installing one\n')
  if (tool(playwright, ['install', 'chromium']) === 0 && findBrowser()) return findBrowser()
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    command('apt-get', ['update', '-qq'])
    command('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'])
  }
  return findBrowser()
}

async function browserTests() {
  heading('Browser tests')
  if (!(await build('app')) || !existsSync(join(root, 'out/node/browser.js'))) return step(false)
  const browser = await provideBrowser()
  if (!browser) {
    process.stderr.write('No browser: install Chrome, Chromium or Edge, or set CHROMIUM_PATH to one\n')
    return step(false)
  }
  process.stdout.write(`Browser: ${browser.path} (${browser.source})\n`)
  return tallyRun(tool(playwright, ['test']), read(playwrightReport), tallyPlaywright)
}

function unitTests() {
  heading('Unit tests')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`]
  return tallyRun(tool(toolPath('vitest'), ['run', ...reporters]), read(vitestReport), tallyVitest)
}

function typeCheck() {
  heading('Types')
  const projects = ['tsconfig.core.json', 'tsconfig.json']
  return projects.map((project) =>
    step(tool(toolPath('typescript', 'tsc'), ['--noEmit', '-p', project]) === 0),
  )
}

function lint() {
  heading('Lint')
  return step(tool(toolPath('eslint'), ['.']) === 0)
}

rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })
heading('Build')
const built = step(await build('node'))
const { line, failed } = summary([built, ...typeCheck(), lint(), unitTests(), await browserTests()])
process.stdout.write(`\n${line}\n`)
process.exitCode = failed ? 1 : 0
