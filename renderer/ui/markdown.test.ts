import { describe, expect, it } from 'vitest'
import { parseInline, parseMarkdown } from './markdown.ts'

describe('markdown', () => {
  it('knows the blocks of lessons, indented as in the scenario', () => {
    const text = `Why?

      # Look at
      - one \`pte\`
        and more
      - two
      1. first

      \`\`\`
      wp_page_copy()
      \`\`\`
      > said`
    expect(parseMarkdown(text).map((block) => block.kind)).toEqual([
      'paragraph',
      'heading',
      'list',
      'list',
      'code',
      'quote',
    ])
    const list = parseMarkdown(text)[2]
    expect(list).toMatchObject({
      ordered: false,
      items: [[{ text: 'one ' }, { kind: 'code', text: 'pte' }, { text: ' and more' }], [{ text: 'two' }]],
    })
    expect(parseMarkdown(text)[4]).toEqual({ kind: 'code', text: 'wp_page_copy()' })
  })

  it('knows tables', () => {
    const [table] = parseMarkdown('| a | b |\n|---|---|\n| 1 | `2` |')
    expect(table).toMatchObject({
      kind: 'table',
      head: [[{ text: 'a' }], [{ text: 'b' }]],
      rows: [[[{ text: '1' }], [{ kind: 'code', text: '2' }]]],
    })
  })

  it('leaves HTML and kernel names as text', () => {
    expect(parseInline('<img src=x onerror=alert(1)>')).toEqual([
      { kind: 'text', text: '<img src=x onerror=alert(1)>' },
    ])
    expect(parseInline('mm_struct and vm_normal_page')).toEqual([
      { kind: 'text', text: 'mm_struct and vm_normal_page' },
    ])
  })

  it('makes links of web addresses only', () => {
    expect(parseInline('[a](https://example.org)')[0]).toMatchObject({
      kind: 'link',
      href: 'https://example.org',
    })
    expect(parseInline('[a](javascript:alert(1))').some((node) => node.kind === 'link')).toBe(false)
  })

  it('ends, whatever it is given', () => {
    for (const text of ['```', '- ', '|', '**', '`', '> ', '#', '\n\n'])
      expect(Array.isArray(parseMarkdown(text))).toBe(true)
  })
})
