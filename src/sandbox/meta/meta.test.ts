import { describe, expect, it } from 'vitest'
import { readMeta } from './meta.ts'

describe('readMeta', () => {
  it('reads the literals of scenario({…})', () => {
    const text = `// scenario({ title: 'not this' })
import { scenario } from 'ptlab'
const re = /[{"/]\\/'/ // a regex is no text
export default scenario({
  title: 'It\\'s ' + "here",
  about: \`First line
    - pgd \\\`x\\\`
      nested
    last \\\${n}\`,
  group: 'Start here', minutes: 5,
  machines: [{ arch: 'x86_64', title: 'no' }],
  run({ machine }) { const title = { title: 'inner' } },
})`
    expect(readMeta(text)).toEqual({
      title: "It's here",
      about: 'First line\n- pgd `x`\n  nested\nlast ${n}',
      group: 'Start here',
      minutes: 5,
    })
  })

  it('finds fields behind run and leaves out what is computed', () => {
    const text =
      'export default scenario({ run() { return `${{ a: "}" }.a}` }, title: `${1}x`, about: name, minutes: 2 })'
    expect(readMeta(text)).toEqual({ title: '', about: '', group: '', minutes: 2 })
  })

  it('knows a file without a scenario', () => {
    expect(readMeta("export const touch = () => 'scenario({ title: 1 })'")).toBeNull()
    expect(readMeta('')).toBeNull()
  })

  it('survives text that ends anywhere', () => {
    const text = "scenario({ title: 'a', about: `b ${c} d`, minutes: 3 })"
    for (let i = 0; i <= text.length; i++) expect(() => readMeta(text.slice(0, i))).not.toThrow()
  })
})
