import { signal } from '@preact/signals'

/** The chip of the machine bar whose choices are open; at most one. */
export const openedPopup = signal<string | null>(null)

export function openPopup(name: string): void {
  openedPopup.value = name
}

export function closePopup(): void {
  openedPopup.value = null
}
