import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/host/protocolCommands.ts'
import { ariaKeys, type KeyLike, matches, parseKeys, showKeys } from './keys.ts'
import { commandFor } from './registry.ts'

const press = (key: string, code: string, held: Partial<KeyLike> = {}): KeyLike => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
})

describe('keys', () => {
  it('match on the modifiers exactly', () => {
    const chord = parseKeys('Mod+Shift+F')
    expect(matches(chord, press('F', 'KeyF', { ctrlKey: true, shiftKey: true }), false)).toBe(true)
    expect(matches(chord, press('F', 'KeyF', { metaKey: true, shiftKey: true }), false)).toBe(false)
    expect(matches(chord, press('F', 'KeyF', { metaKey: true, shiftKey: true }), true)).toBe(true)
    expect(matches(chord, press('f', 'KeyF', { ctrlKey: true }), false)).toBe(false)
  })

  it('go by the place of a letter, whatever Alt makes of it', () => {
    expect(matches(parseKeys('Alt+N'), press('˜', 'KeyN', { altKey: true }), true)).toBe(true)
    expect(
      matches(parseKeys('Alt+Shift+0'), press(')', 'Digit0', { altKey: true, shiftKey: true }), false),
    ).toBe(true)
  })

  it('are shown as the system writes them', () => {
    expect(showKeys('Mod+Shift+S', false)).toBe('Ctrl Shift S')
    expect(showKeys('Mod+Shift+S', true)).toBe('⌘⇧S')
    expect(ariaKeys('Mod+K', false)).toBe('Control+K')
  })
})

describe('the commands', () => {
  it('each have a key, and no key means two things', () => {
    const all = COMMANDS.flatMap((command) => [...command.keys] as string[])
    for (const command of COMMANDS) expect(command.keys.length, command.id).toBeGreaterThan(0)
    expect(new Set(all).size).toBe(all.length)
  })

  it('have ids and titles of their own', () => {
    expect(new Set(COMMANDS.map((command) => command.id)).size).toBe(COMMANDS.length)
    expect(new Set(COMMANDS.map((command) => command.title)).size).toBe(COMMANDS.length)
  })

  it('are found by their key', () => {
    expect(commandFor(press('F5', 'F5'), false)?.id).toBe('run.start')
    expect(commandFor(press('F5', 'F5', { shiftKey: true }), false)?.id).toBe('run.stop')
    expect(commandFor(press('k', 'KeyK', { metaKey: true }), true)?.id).toBe('view.palette')
    expect(commandFor(press('a', 'KeyA'), false)).toBeNull()
  })
})
