import { signal } from '@preact/signals'

/** What the palette asks for: a command, an event number or an address. */
export type PaletteMode = 'command' | 'event' | 'address'

export const palette = signal<{ mode: PaletteMode; text: string } | null>(null)

export function openPalette(mode: PaletteMode, text = ''): void {
  palette.value = { mode, text }
}

export function closePalette(): void {
  palette.value = null
}
