/** Arrow keys go from the search field into the list below it and along the list. */
export function moveInList(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (by === 0) return
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input, button')]
  stops[stops.findIndex((stop) => stop === document.activeElement) + by]?.focus()
  event.preventDefault()
}
