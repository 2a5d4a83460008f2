/** Hotkeys: 'Mod+Shift+F' and the like, matched against keyboard events and shown to people. */

export interface Chord {
  mod: boolean
  alt: boolean
  shift: boolean
  key: string
}

export interface KeyLike {
  key: string
  code: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

export function parseKeys(text: string): Chord {
  const parts = text.split('+')
  const key = parts.at(-1) ?? ''
  return { mod: parts.includes('Mod'), alt: parts.includes('Alt'), shift: parts.includes('Shift'), key }
}

/** Letters and digits by their place on the keyboard, because Alt changes what they type on some systems. */
function keyOf(event: KeyLike): string {
  if (/^Key[A-Z]$/.test(event.code)) return event.code.slice(3)
  if (/^Digit\d$/.test(event.code)) return event.code.slice(5)
  return event.key
}

export function matches(chord: Chord, event: KeyLike, mac: boolean): boolean {
  const mod = mac ? event.metaKey : event.ctrlKey
  const other = mac ? event.ctrlKey : event.metaKey
  return (
    mod === chord.mod &&
    !other &&
    event.altKey === chord.alt &&
    event.shiftKey === chord.shift &&
    keyOf(event) === chord.key
  )
}

const MAC_SIGNS: Record<string, string> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' }

/** 'Ctrl K' or '⌘K'. */
export function showKeys(text: string, mac: boolean): string {
  const parts = text.split('+')
  if (mac) return parts.map((part) => MAC_SIGNS[part] ?? part).join('')
  return parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)).join(' ')
}

/** As aria-keyshortcuts wants it: 'Control+K'. */
export function ariaKeys(text: string, mac: boolean): string {
  return text.replace('Mod', mac ? 'Meta' : 'Control')
}

export const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.platform)
