/** A user types a scenario, is helped and corrected, runs it, and walks through what happened. */
import { expect, test } from './deskFixture.ts'

const PAGE = '0x6000_0000_0000'
const BODY = [
  "    const task = machine.spawn('typist')",
  '    const at = task.mmap({ length: 8192, addr: 0x600000000000n, fixed: true })',
  '    task.read(at)',
  '    task.write(at)',
  "    task.mprotect(at, 8192, 'r')",
  '    expect(task.mm.rss.anon).toBe(1)',
]
const scenarioOf = (body: readonly string[]): string =>
  [
    "import { scenario } from 'ptlab'",
    '',
    'export default scenario({',
    "  title: 'Typed in a test',",
    "  about: 'What does the first write to a page that was only read cost?',",
    '  run({ machine, expect }) {',
    ...body,
    '  },',
    '})',
    '',
  ].join('\n')
/** 1-based line of the call. */
const line = (call: string): number => 7 + BODY.findIndex((text) => text.includes(call))

test.describe('the editor', () => {
  test('completes from the lab’s own types', async ({ desk, page }) => {
    await desk.write(scenarioOf(BODY.slice(0, 2)))
    await page.getByTestId('editor').getByText('fixed: true').click()
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.keyboard.type('task.mpro')
    const suggestion = page.locator('.suggest-widget .monaco-list-row', { hasText: 'mprotect' })
    await expect(suggestion).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(desk.editor).toContainText('task.mprotect')
  })

  test('marks what is wrong, and Run says where', async ({ desk, page }) => {
    await desk.write(scenarioOf([...BODY.slice(0, 2), '    task.wriet(at)']))
    await expect(page.locator('.squiggly-error')).toBeVisible()
    await desk.press('F5')
    await expect(page.getByTestId('run-state')).toHaveAttribute('data-state', 'failed')
    await expect(page.getByTestId('notice')).toContainText(/untitled\.ts:9:\d+/)
    await expect(desk.editor).toContainText('task.wriet')
  })
})

test('steps through a run both ways and reads mm_struct, an entry and the TLB at three points of time', async ({
  desk,
  page,
}) => {
  await desk.write(scenarioOf(BODY))
  await desk.run()
  await expect(page.getByTestId('expectation-count')).toHaveText('✓ 1 of 1')
  const raw = page.getByTestId('entry-raw')
  const seen: (string | null)[] = []

  await test.step('after the write: a page of its own, writable, and the CPU knows', async () => {
    await desk.press('Shift+F10')
    await expect(desk.field('rss_anon')).toHaveText('1')
    await expect(desk.field('pgtables_bytes')).toHaveText('12288')
    await expect(page.getByTestId('walk-va')).toHaveText(PAGE)
    await expect(desk.bit('present')).toHaveAttribute('data-value', '0x1')
    await expect(desk.bit('write')).toHaveAttribute('data-value', '0x1')
    await expect(desk.bit('dirty')).toHaveAttribute('data-value', '0x1')
    await expect(page.getByTestId('entry-frame')).toContainText('anon')
    await expect(desk.tlb).toHaveCount(1)
    await expect(desk.tlb).toHaveAttribute('data-va', '0x600000000000')
    await expect(desk.tlb).toContainText('rw')
    seen.push(await raw.textContent())
  })

  await test.step('one line back, after the read: the zero page, read-only, counted by nobody', async () => {
    await desk.press('Shift+F10')
    await expect(desk.field('rss_anon')).toHaveText('0')
    await expect(desk.field('pgtables_bytes')).toHaveText('12288')
    await expect(desk.bit('present')).toHaveAttribute('data-value', '0x1')
    await expect(desk.bit('write')).toHaveAttribute('data-value', '0x0')
    await expect(page.getByTestId('entry-frame')).toContainText('zero')
    await expect(desk.tlb).toHaveCount(1)
    await expect(desk.tlb).not.toContainText('rw')
    seen.push(await raw.textContent())
  })

  await test.step('two lines on, after mprotect: the page stays, the right to write and the TLB entry are gone', async () => {
    await desk.press('F10')
    await desk.press('F10')
    await expect(desk.field('rss_anon')).toHaveText('1')
    await expect(desk.bit('present')).toHaveAttribute('data-value', '0x1')
    await expect(desk.bit('write')).toHaveAttribute('data-value', '0x0')
    await expect(page.getByTestId('entry-frame')).toContainText('anon')
    await expect(desk.tlb).toHaveCount(0)
    seen.push(await raw.textContent())
  })

  expect(new Set(seen).size).toBe(3)
})

test.describe('a run', () => {
  test.beforeEach(async ({ desk }) => {
    await desk.write(scenarioOf(BODY))
    await desk.run()
  })

  test('leads from a line to its events and from an event to its line', async ({ desk, page }) => {
    await page.locator('.line-numbers', { hasText: new RegExp(`^${line('task.read')}$`) }).click()
    await desk.idle()
    await expect(desk.field('rss_anon')).toHaveText('0')
    await expect(page.getByTestId('event')).toContainText(`line ${line('task.read')}`)
    await expect(page.locator('.line-now')).toHaveCount(1)
    await expect(page.locator('.ghost').first()).toContainText('pid')
  })

  test('is filtered, and a wrong filter says what is wrong', async ({ desk, page }) => {
    const rows = page.getByTestId('events')
    const all = Number(await rows.getAttribute('data-count'))
    await page.getByTestId('event-filter').fill('name:page_fault_user')
    await expect(rows).toHaveAttribute('data-count', '2')
    expect(all).toBeGreaterThan(2)
    await rows.getByRole('option').first().click()
    await desk.idle()
    await expect(page.getByTestId('event')).toContainText('page_fault_user')
    await page.getByTestId('event-filter').fill('level:basement')
    await expect(page.getByTestId('filter-error')).toContainText('basement')
  })

  test('is scrubbed with the keyboard, from before its first event to its last', async ({ desk, page }) => {
    await page.getByTestId('timeline').focus()
    await desk.press('Home')
    await expect(page.getByTestId('position')).toHaveAttribute('data-k', '-1')
    await expect(page.getByTestId('mm-pane')).toContainText('No process exists')
    await desk.press('End')
    const last = await page.getByTestId('position').getAttribute('data-last')
    await expect(page.getByTestId('position')).toHaveAttribute('data-k', last ?? '')
  })

  test('shows the entry that is picked with the arrow keys', async ({ desk, page }) => {
    const grid = page.getByTestId('grid-pte')
    await expect(grid).toHaveAttribute('data-selected', '0')
    await grid.focus()
    await desk.press('ArrowRight')
    await expect(grid).toHaveAttribute('data-selected', '1')
    await expect(page.getByTestId('walk-va')).toHaveText('0x6000_0000_1000')
    await expect(page.getByTestId('decoder')).toHaveAttribute('data-kind', 'none')
  })
})
