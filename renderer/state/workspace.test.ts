import { describe, expect, it } from 'vitest'
import { EMPTY_WORKSPACE, parseWorkspace, type Workspace, WORKSPACE_VERSION } from './workspace.ts'

const full: Workspace = {
  version: WORKSPACE_VERSION,
  theme: 'light',
  active: 'my/a.ts',
  drafts: { 'my/a.ts': 'unsaved' },
  overrides: { arch: 'arm64', cpus: 4, policies: { accounting: 'nr_ptes_only' } },
  filter: 'level:pte',
  costs: { ipi: { ns: 4000 } },
  layout: { grid: {} },
}

describe('the workspace', () => {
  it('comes back as it was saved', () => {
    expect(parseWorkspace(JSON.stringify(full))).toEqual(full)
  })

  it('starts empty when nothing or nonsense was saved', () => {
    for (const text of ['', 'null', '[]', '{', '7']) expect(parseWorkspace(text)).toEqual(EMPTY_WORKSPACE)
  })

  it('keeps unsaved text even of another version', () => {
    const parsed = parseWorkspace(JSON.stringify({ ...full, version: 99 }))
    expect(parsed).toEqual({ ...EMPTY_WORKSPACE, drafts: full.drafts })
  })

  it('drops only the pieces that are damaged', () => {
    const parsed = parseWorkspace(
      JSON.stringify({
        ...full,
        theme: 'pink',
        overrides: { cpus: 'many' },
        drafts: { a: 1, b: 'text' },
        layout: 3,
      }),
    )
    expect(parsed).toEqual({ ...full, theme: 'system', overrides: {}, drafts: { b: 'text' }, layout: null })
  })
})
