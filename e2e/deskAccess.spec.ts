/** The desk for everybody: automatic accessibility checks of every pane, in both themes. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from './deskFixture.ts'

const PANES = ['L', 'C', 'M', 'X', 'T', 'R', 'S', 'H', 'P', 'V', 'B', 'I', 'N', 'Q', 'W', 'G']

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme })

    test('no pane has a known accessibility problem', async ({ desk, page }) => {
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
      for (const pane of PANES) {
        await desk.press(`Alt+Shift+${pane}`)
        expect(await violations(), `Alt+Shift+${pane}`).toEqual([])
      }
      await desk.press('ControlOrMeta+k')
      expect(await violations()).toEqual([])
      await desk.press('Escape')
      await desk.press('Alt+Shift+A')
      expect(await violations()).toEqual([])
    })
  })
}
