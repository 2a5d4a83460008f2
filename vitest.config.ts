import { defineConfig } from 'vitest/config'
import { steppable } from './build/steppable/plugin.ts'

export default defineConfig({
  plugins: [steppable(import.meta.dirname)],
  test: {
    include: [
      'src/**/*.test.ts',
      'renderer/**/*.test.{ts,tsx}',
      'electron/**/*.test.ts',
      'bin/**/*.test.ts',
      'eslint/*.test.ts',
      'build/**/*.test.ts',
    ],
    // No test depends on time; this only ends one that hangs.
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
})
