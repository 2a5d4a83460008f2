/** A user looks an architecture up and compares it with another. */
import { expect, test } from './deskFixture.ts'

test('an architecture is found, read and compared with another', async ({ desk, page }) => {
  await desk.press('Alt+Shift+Y')
  const search = page.getByTestId('archs-search')
  await expect(search).toBeFocused()

  await test.step('search and the arrow keys lead to its page', async () => {
    await search.fill('x86_64')
    await desk.press('ArrowDown')
    await desk.press('Enter')
    const shown = page.getByTestId('arch-page')
    await expect(shown).toHaveAttribute('data-arch', 'x86-64-4level')
    await expect(shown.locator('[data-section="levels"] [data-row="pmd"]')).toContainText('29–21')
    await expect(shown.locator('[data-section="entry-pte-leaf"] [data-row="nx"]')).toContainText('_PAGE_NX')
  })

  await test.step('beside another one, what differs is marked by a sign and counted', async () => {
    await page.getByTestId('arch-compare').selectOption('x86-64-5level-la57on')
    await desk.idle()
    const shown = page.getByTestId('arch-page')
    await expect(shown).toHaveAttribute('data-compared', 'x86-64-5level-la57on')
    await expect(page.getByTestId('arch-differing')).not.toHaveAttribute('data-count', '0')
    const width = shown.locator('[data-section="identity"] [data-row="virtual address"]')
    await expect(width).toHaveAttribute('data-differs', 'true')
    await expect(width).toContainText('≠')
    await expect(width).toContainText('48 bits')
    await expect(width).toContainText('57 bits')
    await expect(shown.locator('[data-section="levels"] [data-row="pte"]')).toHaveAttribute(
      'data-differs',
      'false',
    )
  })

  await test.step('the rows that are the same can be left out', async () => {
    await page.getByLabel('only what differs').check()
    await expect(page.locator('[data-testid="arch-page"] [data-differs="false"]')).toHaveCount(0)
    await expect(page.locator('[data-row="virtual address"]')).toBeVisible()
  })
})
