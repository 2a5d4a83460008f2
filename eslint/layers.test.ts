import { RuleTester } from 'eslint'
import { describe, expect, it } from 'vitest'
import tseslint from 'typescript-eslint'
import { importProblem, layersRule, roomOf } from './layers.js'
import { layers } from './table.js'

RuleTester.describe = describe
RuleTester.it = it

describe('roomOf', () => {
  it('names the room of a path', () => {
    expect(roomOf('src/hw/tlb.ts')).toBe('hw')
    expect(roomOf('src/policy/accounting/a0.ts')).toBe('policy')
    expect(roomOf('renderer/panels/walk.tsx')).toBe('renderer')
    expect(roomOf('e2e/ui.spec.ts')).toBeUndefined()
    expect(roomOf('src/index.ts')).toBeUndefined()
  })
})

describe('the layer table', () => {
  it('has no way back: whoever may be imported may not import the importer', () => {
    for (const [room, { value, type }] of Object.entries(layers)) {
      for (const below of [...value, ...type]) {
        const back = layers[below]
        expect([...back.value, ...back.type], `${room} ↔ ${below}`).not.toContain(room)
      }
    }
  })
})

describe('importProblem', () => {
  const problem = (file: string, source: string, typeOnly = false) => importProblem(file, source, typeOnly)

  it('lets a room import the rooms below it and itself', () => {
    expect(problem('src/hw/tlb.ts', '../arch/arch.ts')).toBeUndefined()
    expect(problem('src/hw/tlb.ts', './walker.ts')).toBeUndefined()
    expect(problem('src/cli/run.ts', '../host/service.ts')).toBeUndefined()
    expect(problem('electron/main.ts', '../src/host/service.ts')).toBeUndefined()
  })

  it('refuses the way back and says where the table is', () => {
    expect(problem('src/hw/tlb.ts', '../mm/fault.ts')).toBe(
      'src/hw may not import src/mm: see CONTRIBUTING.md#layers',
    )
    expect(problem('src/policy/accounting/a0.ts', '../../lab/api.ts', true)).toMatch(
      /src\/policy may not import src\/lab/,
    )
    expect(problem('src/mm/fork.ts', '../kernelmap/vmalloc.ts')).toMatch(
      /src\/mm may not import src\/kernelmap/,
    )
    expect(problem('electron/main.ts', '../src/lab/lab.ts')).toMatch(/electron may not import src\/lab/)
    expect(problem('src/attic/old.ts', '../arch/arch.ts')).toMatch(/src\/attic is not a room/)
  })

  it('gives the renderer the protocol and types only', () => {
    expect(problem('renderer/app.tsx', '../src/host/protocol.ts')).toBeUndefined()
    expect(problem('renderer/panels/a.tsx', '../../src/host/protocolCommands.ts')).toBeUndefined()
    expect(problem('renderer/app.tsx', '../src/trace/views.ts', true)).toBeUndefined()
    expect(problem('renderer/app.tsx', '../src/trace/views.ts')).toMatch(/except as types/)
    expect(problem('renderer/app.tsx', '../src/host/service.ts', true)).toMatch(
      /renderer may not import src\/host/,
    )
    expect(problem('renderer/app.tsx', 'node:fs')).toMatch(/browser/)
  })

  it('keeps the protocol free of anything the UI cannot run', () => {
    expect(problem('src/host/protocol.ts', 'zod')).toBeUndefined()
    expect(problem('src/host/protocol.ts', '../trace/views.ts', true)).toBeUndefined()
    expect(problem('src/host/protocol.ts', './service.ts')).toMatch(/also runs in the UI/)
  })

  it('keeps Node and Electron where they belong', () => {
    expect(problem('src/hw/tlb.ts', 'node:fs')).toMatch(/src\/hw may not use Node/)
    expect(problem('src/lab/lab.ts', 'fs/promises')).toMatch(/src\/lab may not use Node/)
    expect(problem('src/host/server.ts', 'node:http')).toBeUndefined()
    expect(problem('src/host/server.ts', 'electron')).toMatch(/only electron\//)
    expect(problem('electron/main.ts', 'electron')).toBeUndefined()
  })

  it("lets scenarios import 'ptlab' and each other", () => {
    expect(problem('scenarios/a.ts', 'ptlab')).toBeUndefined()
    expect(problem('scenarios/lessons/a.ts', '../shared.ts')).toBeUndefined()
    expect(problem('scenarios/a.ts', '../src/lab/lab.ts')).toMatch(/only 'ptlab'/)
    expect(problem('scenarios/a.ts', 'zod')).toMatch(/only 'ptlab'/)
  })

  it('exempts tests', () => {
    expect(problem('src/hw/tlb.test.ts', '../mm/fault.ts')).toBeUndefined()
    expect(problem('src/hw/tlb.test.ts', 'node:fs')).toBeUndefined()
  })
})

const cwd = process.cwd().replaceAll('\\', '/')
const at = (path: string, code: string) => ({ code, filename: `${cwd}/${path}` })

new RuleTester({ languageOptions: { parser: tseslint.parser } }).run('ptlab/layers', layersRule, {
  valid: [
    at('src/hw/tlb.ts', "import { a } from '../arch/arch.ts'\nexport const b = Math.max(a, 1)"),
    at('src/hw/tlb.ts', 'export function f(process: { mm: number }) { return process.mm }'),
    at('src/hw/tlb.ts', 'export interface Row { document: string; window: number }'),
    at('src/hw/tlb.test.ts', "import '../mm/fault.ts'\nsetTimeout(() => Date.now(), 1)"),
    at('src/host/server.ts', 'setTimeout(() => Date.now(), 1)'),
    at('renderer/app.tsx', "import { type Row } from '../src/trace/views.ts'"),
    at('eslint/table.js', "import 'node:fs'"),
  ],
  invalid: [
    {
      ...at('src/hw/tlb.ts', "import type { Vma } from '../mm/vma.ts'"),
      errors: [{ message: 'src/hw may not import src/mm: see CONTRIBUTING.md#layers' }],
    },
    { ...at('src/hw/tlb.ts', "export * from '../mm/vma.ts'"), errors: 1 },
    { ...at('src/hw/tlb.ts', "export { a } from '../mm/vma.ts'"), errors: 1 },
    { ...at('src/hw/tlb.ts', "export const a = import('../mm/vma.ts')"), errors: 1 },
    {
      ...at('src/lab/lab.ts', 'export const seed = Math.random()'),
      errors: [{ message: 'src/lab may not use Math.random: see CONTRIBUTING.md#layers' }],
    },
    { ...at('src/mm/fork.ts', 'export const now = Date.now()'), errors: 1 },
    { ...at('src/trace/hash.ts', 'process.exit(1); window.close()'), errors: 2 },
    { ...at('renderer/app.tsx', "import { type Row, f } from '../src/trace/views.ts'"), errors: 1 },
  ],
})
