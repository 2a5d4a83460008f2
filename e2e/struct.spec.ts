/** mm_struct as two source files of one kernel see it: drawn, said in words, walked by keys. */
import { expect, test } from './deskFixture.ts'

const SCENARIO = `import { scenario } from 'ptlab'

export default scenario({
  title: 'two layouts',
  about: '',
  machines: [{ arch: 'sh4', kernel: 'mmotm-2015-01-22' }],
  run({ machine, expect }) {
    const init = machine.spawn('init')
    init.write(init.mmap({ length: 4096 }))
    const ps = machine.spawn('ps')
    expect(() => ps.readProc(init, 'cmdline')).toThrow('blocked')
  },
})
`

test('a struct with two layouts: words, bytes, keys, and who was hit', async ({ desk, page }) => {
  await test.step('before a run the pane says what to do', async () => {
    await desk.press('Alt+Shift+5')
    await expect(page.getByText('No kernel to look into yet')).toBeVisible()
  })

  await desk.write(SCENARIO)
  await desk.run()
  await desk.press('Alt+End')
  await desk.press('Alt+Shift+5')

  await test.step('the mismatch stands there in words', async () => {
    const verdict = page.getByTestId('struct-verdict')
    await expect(verdict).toContainText(
      'Mismatch. mm/memory.c: map_count and all that follows lie 4 bytes lower',
    )
    await expect(verdict).toContainText('nr_pmds is not there')
    await expect(verdict).toContainText('asm-generic/pgtable-nopmd.h')
  })

  await test.step('and in the column of that file, field by field', async () => {
    const bytes = page.getByTestId('struct-bytes')
    await expect(bytes.getByLabel(/^mm\/memory\.c: map_count, 4 bytes at \d+, 4 bytes lower$/)).toBeVisible()
    await expect(bytes.getByLabel(/^kernel\/fork\.c: map_count, 4 bytes at \d+$/)).toBeVisible()
  })

  await test.step('arrow keys move between fields and files', async () => {
    await page.getByLabel(/^kernel\/fork\.c: nr_ptes/).focus()
    await page.keyboard.press('ArrowDown')
    await expect(page.getByLabel(/^kernel\/fork\.c: nr_pmds/)).toBeFocused()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowRight')
    await expect(page.getByLabel(/^kernel\/exit\.c: nr_ptes/)).toBeFocused()
  })

  await test.step('fields that were hit lead to their event', async () => {
    const hits = page.getByRole('region', { name: 'Fields that were hit' })
    await expect(hits).toContainText('mm/memory.c writes mmap_sem.wait_list')
    await hits.getByRole('button').first().click()
    await desk.idle()
    await expect(page.getByTestId('struct-pane')).toBeVisible()
  })

  for (const theme of ['dark', 'light']) {
    await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme)
    await page.screenshot({ path: `test-results/struct-${theme}.png` })
  }
})

test('the machine bar says what the profile chose for the seams that are only named', async ({
  desk,
  page,
}) => {
  await desk.press('Alt+Shift+K')
  await page.keyboard.type('5.8')
  await desk.press('Enter')
  await page.getByTestId('chip-seams').click()
  const seams = page.getByRole('region', { name: 'Seams that are named only' })
  await expect(seams).toContainText('C4 mask_track_sync from the profile on x86-64')
  await expect(page.getByText('Named, not yet simulated')).toBeVisible()
})
