import { describe, expect, it } from 'vitest'
import { commandHelp, nearest, parse, UsageError } from './args.ts'
import type { CommandSpec } from './args.ts'

const command: CommandSpec = {
  name: 'try',
  summary: 'Tries.',
  operands: 'FILE…',
  options: {
    json: { type: 'boolean', help: 'as JSON' },
    arch: { type: 'string', value: 'LIST', multiple: true, short: 'a', help: 'where' },
    'no-check': { type: 'boolean', help: 'without' },
  },
}

describe('parse', () => {
  it('reads options in every usual form', () => {
    const args = parse(command, [
      'x',
      '--arch',
      'a',
      '--arch=b',
      '-a',
      'c',
      '--no-check',
      'y',
      '--',
      '--json',
    ])
    expect(args.operands).toEqual(['x', 'y', '--json'])
    expect(args.texts('arch')).toEqual(['a', 'b', 'c'])
    expect(args.text('arch')).toBe('c')
    expect(args.flag('no-check')).toBe(true)
    expect(args.flag('json')).toBe(false)
    expect(args.text('json')).toBeUndefined()
  })

  it.each([
    [['--jsno'], /no option --jsno \(did you mean --json\?\)/],
    [['--wholly-different'], /see --help/],
    [['--json=1'], /takes no value/],
    [['--arch'], /needs a value \(LIST\)/],
    [['--arch='], /needs a value/],
    [['-x'], /no option -x/],
    [['--constructor'], /no option/],
  ])('%j is a usage error', (argv, message) => {
    expect(() => parse(command, argv)).toThrow(UsageError)
    expect(() => parse(command, argv)).toThrow(message)
  })
})

it('--help lists what the table declares', () => {
  const help = commandHelp(command)
  expect(help).toMatch(/^Usage: ptlab try \[options\] FILE…/)
  for (const text of ['--json', '-a, --arch LIST', 'without', '-h, --help']) expect(help).toContain(text)
})

it('nearest finds typing mistakes and nothing far away', () => {
  expect(nearest('rnu', ['run', 'serve'])).toBe('run')
  expect(nearest('ser', ['run', 'serve'])).toBe('serve')
  expect(nearest('zzzzzz', ['run', 'serve'])).toBeNull()
})
