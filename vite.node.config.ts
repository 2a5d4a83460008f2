import { defineConfig } from 'vite'
import { steppable } from './build/steppable/plugin.ts'

const sources = {
  cli: 'src/cli/main.ts',
  runner: 'src/sandbox/runner.ts',
  checker: 'src/sandbox/checker.ts',
  server: 'src/host/server.ts',
  browser: 'src/host/browser.ts',
}

/** What runs in plain Node: out/node/{cli,runner,checker,server,browser}.js. Packages stay outside, code stays readable. */
export default defineConfig({
  publicDir: false,
  plugins: [steppable(import.meta.dirname)],
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'out/node',
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: sources,
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        // The engine folds a module's constants into its code only where they are declared as such.
        topLevelVar: false,
      },
    },
  },
})
