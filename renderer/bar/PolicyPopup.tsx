import { useSignal } from '@preact/signals'
import { closePopup } from '../commands/popups.ts'
import type { Seam } from '../state/machines.ts'

/** Names the alternative of one seam; empty gives it back to the kernel's profile. */
export function PolicyPopup({
  seam,
  value,
  onChoose,
}: {
  seam: Seam
  value: string
  onChoose: (value: string) => void
}) {
  const text = useSignal(value)
  return (
    <form
      class="policy"
      onSubmit={(event) => {
        event.preventDefault()
        onChoose(text.value.trim())
        closePopup()
      }}
    >
      <p class="popup-source">{seam.source}</p>
      <label>
        Alternative
        <input
          class="field"
          data-autofocus
          placeholder="as the kernel's profile says"
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
      </label>
      <span class="row">
        <button type="submit" class="btn">
          Use
        </button>
        <button
          type="button"
          class="btn"
          disabled={value === ''}
          onClick={() => {
            onChoose('')
            closePopup()
          }}
        >
          As the profile says
        </button>
      </span>
    </form>
  )
}
