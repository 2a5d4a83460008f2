import { useLayoutEffect, useRef } from 'preact/hooks'
import type { CommandId } from '../../src/host/protocolCommands.ts'
import { address, parseAddress } from '../state/format.ts'
import { goTo } from '../state/position.ts'
import { lastEvent } from '../state/runs.ts'
import { focusAddress } from '../state/selection.ts'
import { mm } from '../state/snapshots.ts'
import { Picker, type PickerItem } from '../ui/Picker.tsx'
import { isMac, showKeys } from './keys.ts'
import { closePalette, palette, type PaletteMode } from './paletteState.ts'
import { isEnabled, listCommands, runCommand } from './registry.ts'
import { rank } from './search.ts'

const LABELS: Record<PaletteMode, { label: string; placeholder: string }> = {
  command: { label: 'Commands', placeholder: 'Type a command' },
  event: { label: 'Event number', placeholder: 'Number of the event to go to' },
  address: {
    label: 'Virtual address',
    placeholder: 'An address such as 0x7fff_f7ff_f000, or the name of a mapping',
  },
}

export function Palette() {
  const open = palette.value
  const box = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    if (open && !box.current?.open) box.current?.showModal()
  }, [open])
  if (!open) return null
  const { mode, text } = open
  return (
    <dialog
      ref={box}
      class="palette"
      aria-label={LABELS[mode].label}
      onClose={closePalette}
      onClick={(event) => event.target === box.current && closePalette()}
    >
      <Picker
        {...LABELS[mode]}
        text={text}
        onText={(next) => (palette.value = { mode, text: next })}
        items={itemsOf(mode, text)}
        onPick={(id) => pick(mode, id)}
        onCancel={closePalette}
        nothing={mode === 'command' ? 'No command is called that.' : 'Nothing to go to: type a number.'}
        error={errorOf(mode, text)}
        testId="palette-input"
      />
    </dialog>
  )
}

function itemsOf(mode: PaletteMode, text: string): PickerItem[] {
  if (mode === 'command') return commandItems(text)
  if (mode === 'event') return eventItems(text)
  return addressItems(text)
}

function commandItems(text: string): PickerItem[] {
  const all = rank(listCommands(), text, (command) => `${command.title} ${command.group}`)
  const items = all.map((command) => ({
    id: command.id,
    label: (
      <>
        <i>{command.group}</i> {command.title}
      </>
    ),
    note: command.keys.map((keys) => <kbd key={keys}>{showKeys(keys, isMac)}</kbd>),
    disabled: !isEnabled(command.id),
  }))
  return [...items.filter((item) => !item.disabled), ...items.filter((item) => item.disabled)]
}

function eventItems(text: string): PickerItem[] {
  return /^\d+$/.test(text.trim())
    ? [{ id: text.trim(), label: `Go to event ${text.trim()}`, note: `of 0 … ${lastEvent.value}` }]
    : []
}

function addressItems(text: string): PickerItem[] {
  const typed = parseAddress(text)
  const direct = typed ? [{ id: typed, label: `Walk ${address(typed)}` }] : []
  const vmas = (mm.value?.vmas ?? []).map((vma) => ({
    id: vma.start,
    label: `${address(vma.start)} ${vma.perms} ${vma.name}`,
    note: 'VMA',
  }))
  const words = text.toLowerCase()
  return [...direct, ...vmas.filter((item) => item.label.toLowerCase().includes(words))]
}

function errorOf(mode: PaletteMode, text: string): string {
  if (mode === 'event' && text.trim() !== '' && !/^\d+$/.test(text.trim()))
    return 'An event is named by its number.'
  return ''
}

function pick(mode: PaletteMode, id: string): void {
  closePalette()
  if (mode === 'command') runCommand(id as CommandId)
  else if (mode === 'event') goTo(Number(id))
  else focusAddress(id)
}
