import { choices } from '../state/choices.ts'
import { overrides } from '../state/machines.ts'
import { machine } from '../state/runs.ts'
import { Chip } from './Chip.tsx'

type Named = (typeof choices.value.named)[number]

/** Design questions that are named but have no mechanism: what the kernel's profile says of each. */
export function SeamsChip() {
  const { named } = choices.value
  if (named.length === 0) return null
  const kernel = overrides.value.kernel ?? machine.value?.kernel ?? ''
  return (
    <Chip
      name="seams"
      label="more seams"
      title="Other design questions, and what the kernel’s profile says of them. Named, not yet simulated: machines behave the same whichever it is."
      value={named.map((seam) => labels(seam, kernel) || '–').join(' ')}
      overridden={false}
    >
      <div class="seams" tabIndex={0} role="region" aria-label="Seams that are named only">
        {named.map((seam) => (
          <SeamText key={seam.id} seam={seam} kernel={kernel} />
        ))}
      </div>
    </Chip>
  )
}

/** 'C7/C5': each once, in the order of the architectures. */
function labels({ chosen }: Named, kernel: string): string {
  return [...new Set((chosen[kernel] ?? []).map(({ label }) => label))].join('/')
}

function SeamText({ seam, kernel }: { seam: Named; kernel: string }) {
  const made = seam.chosen[kernel] ?? []
  return (
    <section aria-label={seam.id}>
      <h2 class="section">{seam.id}</h2>
      <p class="popup-about">{seam.about}</p>
      {made.length === 0 && (
        <p class="dim">No profile for {kernel === '' ? 'the machine as written' : kernel}.</p>
      )}
      <ul>
        {made.map((choice) => (
          <li key={choice.on + choice.label}>
            <b>{choice.label}</b> {choice.id} <span class="dim">from the profile</span>
            {choice.on !== '' && ` on ${choice.on}`}
            {choice.note !== '' && `: ${choice.note}`}
            {!choice.checked && <span class="dim"> (recalled, not checked)</span>}
          </li>
        ))}
      </ul>
      <p class="popup-source">{seam.source}</p>
    </section>
  )
}
