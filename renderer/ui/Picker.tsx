import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { clamp } from '../state/format.ts'

export interface PickerItem {
  id: string
  label: ComponentChildren
  note?: ComponentChildren
  disabled?: boolean
}

interface Props {
  label: string
  placeholder: string
  text: string
  onText: (text: string) => void
  items: readonly PickerItem[]
  onPick: (id: string) => void
  onCancel?: () => void
  /** Said when nothing matches. */
  nothing: string
  error?: string
  testId?: string
}

let nextId = 1

/** A search field over a list of choices: the command palette and every chooser of the machine bar. */
export function Picker(props: Props) {
  const id = useRef(`picker-${nextId++}`).current
  const at = useSignal(0)
  const list = useRef<HTMLUListElement>(null)
  const active = clamp(at.value, 0, Math.max(0, props.items.length - 1))

  useEffect(() => {
    at.value = 0
  }, [props.text])
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])

  function pick(index: number): void {
    const item = props.items[index]
    if (item && !item.disabled) props.onPick(item.id)
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key]
    if (step !== undefined) at.value = clamp(active + step, 0, props.items.length - 1)
    else if (event.key === 'Enter') pick(active)
    else if (event.key === 'Escape' && props.onCancel) props.onCancel()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div class="picker">
      <input
        class="field"
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={props.items.length > 0 ? `${id}-${active}` : undefined}
        aria-label={props.label}
        aria-invalid={props.error ? true : undefined}
        placeholder={props.placeholder}
        value={props.text}
        data-autofocus
        data-testid={props.testId}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => props.onText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {props.error && <p class="field-error">{props.error}</p>}
      {props.items.length === 0 && !props.error && <p class="picker-nothing">{props.nothing}</p>}
      <ul ref={list} id={id} role="listbox" aria-label={props.label}>
        {props.items.map((item, index) => (
          <li
            key={item.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            aria-disabled={item.disabled}
            data-id={item.id}
            onPointerMove={() => (at.value = index)}
            onClick={() => pick(index)}
          >
            <span class="picker-label">{item.label}</span>
            <span class="picker-note">{item.note}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
