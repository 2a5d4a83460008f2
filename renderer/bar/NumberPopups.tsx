import { useSignal } from '@preact/signals'
import { closePopup } from '../commands/popups.ts'
import { CPU_COUNTS, override } from '../state/machines.ts'
import { choices } from '../state/choices.ts'
import { Picker, type PickerItem } from '../ui/Picker.tsx'

const AS_WRITTEN = { id: '', label: 'As the scenario says' }

export function KernelPopup() {
  const text = useSignal('')
  const typed = text.value.trim()
  const known = choices.value.kernels
    .map((kernel) => kernel.version)
    .filter((version) => version.startsWith(typed))
  const items: PickerItem[] = known.map((version) => ({ id: version, label: version }))
  if (/^\d+\.\d+/.test(typed) && !known.some((version) => version === typed))
    items.push({ id: typed, label: typed })
  if (typed === '') items.unshift(AS_WRITTEN)
  return (
    <Picker
      label="Kernel version"
      placeholder="Version, e.g. 6.12"
      text={text.value}
      onText={(next) => (text.value = next)}
      items={items}
      onPick={(id) => {
        override('kernel', id === '' ? undefined : id)
        closePopup()
      }}
      onCancel={closePopup}
      nothing="A version looks like 6.12."
    />
  )
}

export function CpusPopup() {
  const text = useSignal('')
  const typed = text.value.trim()
  const number = Number(typed)
  const wrong = typed !== '' && !(Number.isInteger(number) && number >= 1 && number <= 256)
  const counts = typed === '' ? CPU_COUNTS.map(String) : wrong ? [] : [typed]
  const items: PickerItem[] = counts.map((count) => ({ id: count, label: count }))
  if (typed === '') items.unshift(AS_WRITTEN)
  return (
    <Picker
      label="CPUs"
      placeholder="1 to 256"
      text={text.value}
      onText={(next) => (text.value = next)}
      items={items}
      error={wrong ? 'A machine has 1 to 256 CPUs.' : ''}
      onPick={(id) => {
        override('cpus', id === '' ? undefined : Number(id))
        closePopup()
      }}
      onCancel={closePopup}
      nothing="A number from 1 to 256."
    />
  )
}
