import { defineConfig } from 'eslint/config'
import js from '@eslint/js'
import tseslint from 'typescript-eslint'
import { layersRule } from './eslint/layers.js'

export default defineConfig(
  { ignores: ['out/', 'test-results/', 'playwright-report/', 'golden/', '**/fixtures/'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' } },
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    plugins: { ptlab: { rules: { layers: layersRule } } },
    rules: {
      'ptlab/layers': 'error',
      // The type checker knows every global of every room; eslint would need them listed again.
      'no-undef': 'off',
      eqeqeq: 'error',
      complexity: ['error', 20],
      'max-depth': ['error', 4],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 80, skipComments: true, IIFEs: true }],
      // 64-bit values travel as two halves, so hot-path calls are wider than elsewhere.
      'max-params': ['error', 12],
      'object-shorthand': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.test.{ts,tsx}', 'e2e/**', '*.config.{ts,js}'],
    rules: { 'max-lines-per-function': 'off' },
  },
)
