import { defineConfig } from '@playwright/test'
import { findBrowser } from './src/host/browser.ts'

const browser = findBrowser()

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright.json' }]],
  workers: 2,
  forbidOnly: true,
  // No test depends on time; this only ends one that hangs.
  timeout: 900_000,
  expect: { timeout: 300_000 },
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    video: 'off',
    launchOptions: browser ? { executablePath: browser.path } : {},
  },
})
