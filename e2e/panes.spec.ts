/** A user reads /proc, asks what things cost, and sees who told whom, all at the event shown. */
import { expect, test } from './deskFixture.ts'

const SOURCE = `import { scenario } from 'ptlab'

export default scenario({
  title: 'Two CPUs in a test',
  about: 'Who must be told?',
  machines: [{ cpus: 2 }],
  run({ machine, expect }) {
    const task = machine.spawn('shared')
    const at = task.mmap({ length: 8192, addr: 0x600000000000n, fixed: true })
    machine.cpu(0).run(task, () => task.write(at, { value: 112 }))
    machine.cpu(1).run(task, () => task.read(at))
    machine.cpu(0).run(task, () => task.munmap(at, 8192))
    expect(task.mm.rss.anon).toBe(0)
  },
})
`

test.beforeEach(async ({ desk }) => {
  await desk.write(SOURCE)
  await desk.run()
})

test('/proc follows the event shown, marks what changed, and is copied', async ({ desk, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await desk.press('Alt+Shift+1')
  const files = page.getByTestId('proc-files')
  const lines = page.getByTestId('proc-lines')
  await expect(files).toBeFocused()
  await desk.press('Shift+F10')
  await expect(lines).toContainText('VmRSS')
  await desk.press('Shift+F10')
  await desk.press('Shift+F10')
  await desk.press('F10')
  await expect(page.getByTestId('proc-changed')).not.toHaveAttribute('data-count', '0')
  const changed = lines.locator('[data-mark="~"]').first()
  await expect(changed).toContainText('changed:')
  await expect(changed).toContainText('was')

  await test.step('another file by the arrow keys', async () => {
    await files.focus()
    await desk.press('Home')
    await desk.press('ArrowDown')
    await expect(page.locator('#proc-maps')).toHaveAttribute('aria-selected', 'true')
  })

  await test.step('the text without marks is on the clipboard', async () => {
    await expect(lines).toContainText('600000000000-600000002000 rw-p')
    await desk.press('Alt+c')
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toMatch(/^600000000000-600000002000 rw-p 00000000 00:00 0/m)
    expect(copied).not.toMatch(/^[+~−]/m)
  })
})

test('costs are counted times editable figures, which are remembered and given back', async ({
  desk,
  page,
}) => {
  await desk.press('Alt+Shift+2')
  const faults = page.locator('[data-cost="fault"]')
  const figure = page.locator('[data-figure="fault.ns"]')
  await expect(figure).toHaveValue('500')
  await expect(faults).toContainText('assumption')
  const before = Number(await faults.getAttribute('data-total'))
  expect(before).toBeGreaterThan(0)
  await figure.fill('1000')
  await desk.press('Enter')
  await expect(faults).toHaveAttribute('data-total', String(2 * before))
  await expect(faults).toContainText('yours')
  await expect(page.getByTestId('costs-by-cpu')).toContainText('CPU 1')
  await expect(page.locator('[data-formula="check"]')).toContainText('switches × check')

  await test.step('also by the next start', async () => {
    await page.reload()
    await desk.idle()
    await desk.run()
    await desk.press('Alt+Shift+2')
    await expect(figure).toHaveValue('1000')
  })

  await test.step('until they are given back', async () => {
    await desk.press('Alt+Shift+Backspace')
    await expect(figure).toHaveValue('500')
    await expect(faults).not.toContainText('yours')
  })
})

test('a wrong figure is not taken', async ({ desk, page }) => {
  await desk.press('Alt+Shift+2')
  const figure = page.locator('[data-figure="ipi.ns"]')
  await figure.fill('a lot')
  await desk.press('Enter')
  await expect(figure).toHaveValue('1500')
  await figure.fill('7')
  await desk.press('Escape')
  await expect(figure).toHaveValue('1500')
})

test('a shootdown is in the list and leads to its event; before it the other CPU’s entry is stale', async ({
  desk,
  page,
}) => {
  await desk.press('Alt+Shift+3')
  const rows = page.getByTestId('shootdowns')
  await expect(rows).toBeFocused()
  await expect(rows).toContainText('CPU 0 interrupts CPU 1')
  await expect(rows).toContainText('munmap')
  await desk.press('Home')
  const sent = Number(await rows.getByRole('option').first().getAttribute('data-k'))
  await expect(page.getByTestId('position')).toHaveAttribute('data-k', String(sent))

  await test.step('what waits is said', async () => {
    await desk.press('Alt+Shift+B')
    await expect(page.getByTestId('cpus-waits')).toContainText('mmu_gather open')
    await expect(page.getByTestId('cpus-glance')).toContainText('shared')
  })

  await test.step('the entry is marked in words', async () => {
    const stale = page.locator('[data-testid="tlb-row"][data-stale="true"]')
    await expect(stale.first()).toContainText('stale: not mapped')
  })

  await test.step('and the timeline has a lane for each CPU', async () => {
    await expect(page.locator('.cpu-lane')).toHaveCount(2)
  })
})

test('the inspector shows what was stored in the page', async ({ desk, page }) => {
  await desk.press('Shift+F10')
  await desk.press('Shift+F10')
  await expect(page.getByTestId('entry-words')).toContainText('0x70')
  await expect(page.getByTestId('entry-words')).toContainText('112')
})

test('an architecture without an MMU says so', async ({ desk, page }) => {
  await desk.press('Alt+Shift+Y')
  await page.getByTestId('archs-search').fill('blackfin')
  await desk.press('ArrowDown')
  await desk.press('Enter')
  await expect(page.getByTestId('arch-page')).toContainText('no machine can be built on it')
})
