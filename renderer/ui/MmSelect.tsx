import { pinnedMm } from '../state/selection.ts'
import { mm, mms } from '../state/snapshots.ts'

const FOLLOW = 'follow'

/** Which process the panes show: one the user pins, or whichever the event concerns. */
export function MmSelect() {
  if (mms.value.length === 0) return null
  const shown = mm.value
  return (
    <label class="mm-select">
      <span class="hidden-text">Process</span>
      <select
        value={pinnedMm.value ?? FOLLOW}
        data-testid="mm-select"
        onChange={(event) => {
          const value = event.currentTarget.value
          pinnedMm.value = value === FOLLOW ? null : Number(value)
        }}
      >
        <option value={FOLLOW}>
          {pinnedMm.value === null && shown
            ? `${shown.process} · mm ${shown.id} (follows events)`
            : 'follow events'}
        </option>
        {mms.value.map((one) => (
          <option key={one.id} value={one.id}>
            {one.process} · mm {one.id}
            {one.alive ? '' : ' (gone)'}
          </option>
        ))}
      </select>
    </label>
  )
}
