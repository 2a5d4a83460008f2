import { useSignal } from '@preact/signals'
import { closePopup } from '../commands/popups.ts'
import { bytes } from '../state/format.ts'
import { arches, override, overrides, searchArches } from '../state/machines.ts'
import { Picker, type PickerItem } from '../ui/Picker.tsx'

const AS_WRITTEN = ''

export function ArchPopup() {
  const text = useSignal('')
  const rows = searchArches(arches.value, text.value).filter((row) => row.mmu)
  const items: PickerItem[] = rows.map((row) => ({
    id: row.id,
    label: (
      <>
        {row.title} {row.historic && <i>historic</i>}{' '}
        {row.uncertain && <i title="Some facts of this variant could not be confirmed">uncertain</i>}
      </>
    ),
    note: `${row.levels} · ${bytes(row.pageSize)} · ${row.bits} bit`,
  }))
  if (overrides.value.arch !== undefined && text.value === '')
    items.unshift({ id: AS_WRITTEN, label: 'As the scenario says' })
  return (
    <Picker
      label="Architecture"
      placeholder="Search: arm64 16k, la57, s390 …"
      text={text.value}
      onText={(next) => (text.value = next)}
      items={items}
      onPick={(id) => {
        override('arch', id === AS_WRITTEN ? undefined : id)
        closePopup()
      }}
      onCancel={closePopup}
      nothing="No architecture matches. Try one word, e.g. arm64."
      testId="arch-search"
    />
  )
}
