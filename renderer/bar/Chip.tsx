import type { ComponentChildren } from 'preact'
import { closePopup, openedPopup, openPopup } from '../commands/popups.ts'
import { Popup } from '../ui/Popup.tsx'

interface Props {
  name: string
  label: string
  title: string
  value: string
  overridden: boolean
  children: ComponentChildren
}

/** One property of the machine; opens its choices. */
export function Chip({ name, label, title, value, overridden, children }: Props) {
  const open = openedPopup.value === name
  return (
    <span class="chip-holder">
      <button
        type="button"
        class={`chip ${overridden ? 'over' : ''}`}
        title={title}
        aria-haspopup="dialog"
        aria-expanded={open}
        data-testid={`chip-${name}`}
        onClick={() => (open ? closePopup() : openPopup(name))}
      >
        <i>{label}</i>
        <span class="chip-value">{value}</span>
        {overridden && <em>overridden</em>}
      </button>
      {open && (
        <Popup label={label} onClose={closePopup}>
          <p class="popup-about">{title}</p>
          {children}
        </Popup>
      )}
    </span>
  )
}
