/** Machines side by side, and the matrix of alternatives and architectures. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './deskFixture.ts'

async function violations(page: Page): Promise<string[]> {
  const result = await new AxeBuilder({ page }).exclude('.monaco-editor').analyze()
  return result.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 140)).join('\n  ')}`,
  )
}

/** Texts of a row of the comparison, one per machine. */
async function side(page: Page, name: string): Promise<string[]> {
  return page.locator(`[data-testid="sides"] [data-side="${name}"] td`).allInnerTexts()
}

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 1280, height: 800 } })

    test('the hog on four kernels, side by side, shows what each kernel does not see', async ({
      desk,
      page,
    }) => {
      await page.locator('[data-path="lessons/pmd-hog.ts"]').click()
      await desk.press('Alt+Shift+8')
      await page.getByTestId('vary-kernels').fill('3.19, 4.0, 4.15, 6.12')
      await desk.press('Alt+F5')
      await expect(page.getByTestId('run-state')).toHaveAttribute('data-state', 'finished')
      const body = page.locator('.compare-body')
      await expect(body).toHaveAttribute('data-machines', '4')
      await desk.idle()

      await test.step('the call after which most is hidden is shown first', async () => {
        await expect(page.locator('[data-testid="sides"] thead th')).toHaveText([
          '3.19',
          '4.0',
          '4.15',
          '6.12',
        ])
        const [first, ...others] = await side(page, 'hidden')
        expect(first).toMatch(/^\d+\.\d+ MiB$/)
        expect(others).toEqual(['16 KiB', '4 KiB', '4 KiB'])
        expect(await side(page, 'nr_pmds')).toEqual([
          'no field',
          expect.stringMatching(/^\d{4,}$/),
          'no field',
          'no field',
        ])
        await expect(page.locator('[data-side="hidden"]')).toHaveAttribute('data-differs', 'true')
        await expect(page.locator('[data-side="page tables"]')).toHaveAttribute('data-differs', 'false')
      })

      await test.step('the first divergence is found and explained', async () => {
        await desk.press('Alt+d')
        await expect(page.getByTestId('compare-place')).toHaveAttribute('data-row', '2')
        const why = page.getByTestId('divergence')
        await expect(why).toContainText('hog.write(0x40000000)')
        await expect(why).toContainText('“nr_pmds +1” on 4.0')
        await expect(why).toContainText('nr_ptes_only on 3.19')
      })

      await test.step('the keyboard leads from one difference to the next and back', async () => {
        await page.getByTestId('compare-rows').focus()
        await desk.press('n')
        await expect(page.getByTestId('compare-place')).toHaveAttribute('data-row', '3')
        await desk.press('ArrowDown')
        await expect(page.getByTestId('compare-place')).toHaveAttribute('data-row', '4')
        await desk.press('p')
        await expect(page.getByTestId('compare-place')).toHaveAttribute('data-row', '3')
      })

      await test.step('a machine opens at that call in every panel', async () => {
        await page.locator('[data-testid="sides"] thead button', { hasText: '4.0' }).click()
        await desk.idle()
        await expect(page.locator('.machine-tab[aria-selected="true"]')).toContainText('4.0')
        await expect(desk.field('nr_pmds')).toHaveAttribute('data-value', '1')
      })

      await test.step('one chart holds all machines', async () => {
        await page.getByTestId('compare-metric').selectOption('known')
        await desk.idle()
        const label = page.locator('[data-testid="compare-chart"] [role="img"]')
        await expect(label).toHaveAttribute('aria-label', /3\.19: .*; 4\.0: .*; 4\.15: .*; 6\.12: /)
      })

      expect(await violations(page)).toEqual([])
    })

    test('the matrix shows how each alternative fails, and opens the run', async ({ desk, page }) => {
      await desk.press('Alt+Shift+9')
      await page.getByTestId('matrix-filter').fill('parisc32')
      await desk.press('Alt+Shift+F5')
      await expect(page.getByTestId('matrix-pane')).toHaveAttribute('data-done', 'true')
      await desk.idle()
      const cell = (alternative: string) => page.locator(`[data-cell="parisc32-4k ${alternative}"]`)
      await expect(cell('nr_pmds_conditional_asm_macro')).toHaveText(/warns/)
      await expect(cell('nr_pmds_unconditional')).toHaveText(/residue/)
      await expect(cell('pgtables_bytes_folded')).toHaveText(/works/)
      await expect(page.getByTestId('matrix-tally')).toContainText('residue')

      await cell('nr_ptes_only').focus()
      await desk.press('ArrowRight')
      await desk.press('ArrowRight')
      await expect(cell('nr_pmds_unconditional')).toBeFocused()
      await expect(page.getByTestId('matrix-details')).toContainText(
        'BUG: non-zero nr_pmds on freeing mm: -6',
      )
      expect(await violations(page)).toEqual([])

      await desk.press('Enter')
      await expect(page.getByTestId('run-state')).toHaveAttribute('data-state', 'finished')
      await desk.idle()
      await expect(page.getByTestId('editor-tab')).toContainText('does-the-count-come-out-even.ts')
      await expect(page.locator('.bar')).toContainText('parisc32-4k')
      // The event that shows it is selected: every panel tells of that moment.
      await expect(page.getByTestId('event')).toContainText('BUG: non-zero nr_pmds on freeing mm: -6')
    })
  })
}
