import { useSignal } from '@preact/signals'
import { closePopup } from '../commands/popups.ts'
import { type Alternative, type Seam } from '../state/choices.ts'
import { overridePolicy } from '../state/machines.ts'
import { Picker, type PickerItem } from '../ui/Picker.tsx'

const PROFILE = ''

/** The alternatives of one seam, each with when it was used and what can go wrong with it. */
export function PolicyPopup({
  seam,
  chosen,
  profile,
}: {
  seam: Seam
  chosen: string | undefined
  profile: Alternative | null
}) {
  const text = useSignal('')
  const words = text.value.toLowerCase()
  const fitting = seam.alternatives.filter((one) => `${one.label} ${one.id}`.toLowerCase().includes(words))
  const items: PickerItem[] = fitting.map((one) => ({
    id: one.id,
    label: (
      <>
        {one.id === chosen ? '● ' : ''}
        <b>{one.label}</b> {one.id}
        <span class="picker-about">
          {one.used} {one.risk}
        </span>
      </>
    ),
  }))
  if (words === '')
    items.unshift({ id: PROFILE, label: 'As the kernel’s profile says', note: profile?.label })
  return (
    <>
      <p class="popup-source">{seam.source}</p>
      <Picker
        label={`Alternatives of ${seam.title}`}
        placeholder="Search an alternative"
        text={text.value}
        onText={(next) => (text.value = next)}
        items={items}
        onPick={(id) => {
          overridePolicy(seam.id, id === PROFILE ? undefined : id)
          closePopup()
        }}
        onCancel={closePopup}
        nothing="No alternative is called that."
        testId={`policy-${seam.id}`}
      />
    </>
  )
}
