import { computed, effect, signal } from '@preact/signals'

export type ThemeChoice = 'system' | 'dark' | 'light'
export const THEME_CHOICES: readonly ThemeChoice[] = ['system', 'dark', 'light']

export const themeChoice = signal<ThemeChoice>('system')
const systemDark = signal(true)

export const theme = computed<'dark' | 'light'>(() => {
  if (themeChoice.value !== 'system') return themeChoice.value
  return systemDark.value ? 'dark' : 'light'
})

export function nextTheme(): ThemeChoice {
  const next =
    THEME_CHOICES[(THEME_CHOICES.indexOf(themeChoice.value) + 1) % THEME_CHOICES.length] ?? 'system'
  themeChoice.value = next
  return next
}

/** Follows the system and marks the page; colours come from CSS variables. */
export function showTheme(root: HTMLElement): void {
  const query = window.matchMedia('(prefers-color-scheme: dark)')
  systemDark.value = query.matches
  query.addEventListener('change', () => {
    systemDark.value = query.matches
  })
  effect(() => {
    root.dataset['theme'] = theme.value
  })
}

/** The value of a colour token in the theme shown, for what CSS cannot reach: canvases and the editor. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}
