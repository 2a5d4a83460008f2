import { isMac, showKeys } from '../commands/keys.ts'
import { choices, profileChoice, type Seam } from '../state/choices.ts'
import { bytes } from '../state/format.ts'
import { findArch, overridden, overrides } from '../state/machines.ts'
import { running } from '../state/activity.ts'
import { machine } from '../state/runs.ts'
import { CommandButton } from '../ui/CommandButton.tsx'
import { ArchPopup } from './ArchPopup.tsx'
import { Chip } from './Chip.tsx'
import { CpusPopup, KernelPopup } from './NumberPopups.tsx'
import { PolicyPopup } from './PolicyPopup.tsx'
import { SeamsChip } from './SeamsChip.tsx'

/** What the machine is, what of it the user chose, and the two buttons that matter. */
export function MachineBar() {
  return (
    <div class="bar" role="toolbar" aria-label="Machine">
      <h1 class="brand">ptlab</h1>
      <ArchChip />
      <Chip
        name="kernel"
        label="kernel"
        title="Linux version whose behaviour is modelled"
        value={overrides.value.kernel ?? machine.value?.kernel ?? 'as written'}
        overridden={overrides.value.kernel !== undefined}
      >
        <KernelPopup />
      </Chip>
      <Chip
        name="cpus"
        label="CPUs"
        title="Number of processors, each with its own TLB"
        value={String(overrides.value.cpus ?? machine.value?.cpus ?? 'as written')}
        overridden={overrides.value.cpus !== undefined}
      >
        <CpusPopup />
      </Chip>
      <span class="chips">
        {choices.value.seams.map((seam) => (
          <PolicyChip key={seam.id} seam={seam} />
        ))}
        <SeamsChip />
      </span>
      {overridden.value && (
        <CommandButton id="machine.reset" class="quiet">
          reset
        </CommandButton>
      )}
      <span class="grow" />
      <CommandButton id="view.palette" class="commands">
        commands <kbd aria-hidden="true">{showKeys('Mod+K', isMac)}</kbd>
      </CommandButton>
      {running.value ? (
        <CommandButton id="run.stop" class="stop" showKey>
          <span aria-hidden="true">■</span> Stop
        </CommandButton>
      ) : (
        <CommandButton id="run.start" class="go" showKey>
          <span aria-hidden="true">▶</span> Run
        </CommandButton>
      )}
    </div>
  )
}

function ArchChip() {
  const chosen = overrides.value.arch
  const id = chosen ?? machine.value?.arch
  const row = id === undefined ? null : findArch(id)
  return (
    <Chip
      name="arch"
      label="arch"
      title={
        row
          ? `${row.title}: ${row.levels}`
          : `Architecture variant: table geometry, entry format, habits${pageText()}`
      }
      value={row?.id ?? id ?? 'as written'}
      overridden={chosen !== undefined}
    >
      <ArchPopup />
    </Chip>
  )
}

function pageText(): string {
  return machine.value ? `; pages of ${bytes(machine.value.pageSize)}` : ''
}

/** A design question: the answer of the kernel's profile, or the user's own. */
function PolicyChip({ seam }: { seam: Seam }) {
  const chosen = overrides.value.policies?.[seam.id]
  const profile = profileChoice(seam, overrides.value.kernel ?? machine.value?.kernel ?? '')
  const shown = chosen === undefined ? profile : seam.alternatives.find((one) => one.id === chosen)
  return (
    <Chip
      name={seam.id}
      label={seam.title}
      title={`${seam.about} ${shown ? `${shown.label} ${shown.id}: ${shown.used}` : ''}`}
      value={shown ? `${shown.label} ${shown.id}` : (chosen ?? 'profile')}
      overridden={chosen !== undefined}
    >
      <PolicyPopup seam={seam} chosen={chosen} profile={profile} />
    </Chip>
  )
}
