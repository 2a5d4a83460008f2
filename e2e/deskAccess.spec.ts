/** The desk for everybody: automatic accessibility checks of every pane, in both themes. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from './deskFixture.ts'

/** Keys that bring one pane of each group to the front; together they show every pane. */
const VIEWS = ['LTPN', 'CRVQ', 'MSBW', 'XHIG', '13', '2']

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme })

    test('no pane has a known accessibility problem', async ({ desk, page }) => {
      test.slow()
      const violations = async (): Promise<string[]> => {
        // Monaco's own widgets are its makers' business.
        const result = await new AxeBuilder({ page }).exclude('.monaco-editor').analyze()
        return result.violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 140)).join('\n  ')}`,
        )
      }
      expect(await violations()).toEqual([])
      await page.locator('[data-path="lessons/fork-and-cow.ts"]').click()
      await desk.run()
      await desk.press('Shift+F10')
      for (const view of VIEWS) {
        for (const pane of view) await desk.press(`Alt+Shift+${pane}`)
        expect(await violations(), `panes ${view}`).toEqual([])
      }
      await desk.press('ControlOrMeta+k')
      expect(await violations()).toEqual([])
      await desk.press('Escape')
      await desk.press('Alt+Shift+A')
      expect(await violations()).toEqual([])
    })
  })
}
