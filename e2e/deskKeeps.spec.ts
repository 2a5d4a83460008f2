/** What the desk never loses: text, files, and the way back after a crash. */
import { expect, startHost, test } from './deskFixture.ts'

test('unsaved text survives a reload, and nothing runs by itself', async ({ desk, page, host }) => {
  await desk.write('// half a thought')
  await expect(page.getByTestId('editor-tab')).toContainText('●')
  await page.reload()
  await desk.open(host.url)
  await expect(desk.editor).toContainText('half a thought')
  await expect(page.getByTestId('run-state')).toHaveCount(0)
})

test('an edited lesson is saved as a copy, a deleted file comes back', async ({ desk, page }) => {
  await page.locator('[data-path="lessons/first-touch.ts"]').click()
  await desk.idle()
  await desk.press('ControlOrMeta+s')
  const copy = page.locator('[data-path="my/first-touch.ts"]')
  await expect(copy).toBeVisible()
  await page.getByRole('button', { name: 'Delete' }).click()
  await expect(copy).toHaveCount(0)
  await page.getByTestId('notice').getByRole('button', { name: 'Undo' }).click()
  await expect(copy).toBeVisible()
})

test('a lost host is announced, and the text stays', async ({ page, data }) => {
  const { Desk } = await import('./deskFixture.ts')
  const first = await startHost(data)
  const desk = new Desk(page)
  await desk.open(first.url)
  await desk.write('// still here')
  await first.stop()
  await expect(page.getByTestId('connection-lost')).toBeVisible()
  await expect(desk.editor).toContainText('still here')
})

test('panes are hidden, brought back and remembered', async ({ desk, page, host }) => {
  await desk.press('ControlOrMeta+b')
  await expect(page.getByRole('navigation', { name: 'Scenarios' })).toBeHidden()
  await desk.press('Alt+Shift+Digit0')
  await expect(page.getByRole('navigation', { name: 'Scenarios' })).toBeVisible()
  await desk.press('Alt+t')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await desk.open(host.url)
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('every command is in the palette with its key', async ({ desk, page }) => {
  const { COMMANDS } = await import('../src/host/protocolCommands.ts')
  await desk.press('ControlOrMeta+k')
  const options = page.getByRole('dialog').getByRole('option')
  await expect(options).toHaveCount(COMMANDS.length)
  for (const command of COMMANDS)
    await expect(options.and(page.locator(`[data-id="${command.id}"]`))).toContainText(command.title)
  await page.getByTestId('palette-input').fill('dark light')
  await desk.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})
