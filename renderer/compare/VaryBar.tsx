import { isEnabled } from '../commands/registry.ts'
import { choices } from '../state/choices.ts'
import { arches } from '../state/machines.ts'
import { machinesOf, variation, varyAccounting, varyArchs, varyKernels } from '../state/vary.ts'
import { plural } from '../state/format.ts'
import { CommandButton } from '../ui/CommandButton.tsx'
import type { Signal } from '@preact/signals'

/** On which machines the scenario is run side by side. */
export function VaryBar() {
  const machines = machinesOf(variation.value)
  return (
    <div class="vary-bar">
      <Field
        label="kernels"
        value={varyKernels}
        placeholder="3.19, 4.0, 6.12"
        offers={choices.value.kernels.map(({ version }) => version)}
      />
      <Field
        label="architectures"
        value={varyArchs}
        placeholder="as the scenario"
        offers={arches.value.map(({ id }) => id)}
      />
      <Field label="accounting" value={varyAccounting} placeholder="as the kernel" offers={accountingIds()} />
      <CommandButton id="compare.run" class="primary" showKey={false}>
        {machines === 0 ? 'Run on its own machines' : `Run on ${plural(machines, 'machine')}`}
      </CommandButton>
    </div>
  )
}

function accountingIds(): string[] {
  const seam = choices.value.seams.find(({ id }) => id === 'accounting')
  return seam?.alternatives.map(({ id }) => id) ?? []
}

function Field({
  label,
  value,
  placeholder,
  offers,
}: {
  label: string
  value: Signal<string>
  placeholder: string
  offers: readonly string[]
}) {
  return (
    <label>
      <span>{label}</span>
      <input
        class="field"
        value={value.value}
        placeholder={placeholder}
        spellcheck={false}
        title={`Comma separated: ${offers.slice(0, 20).join(', ')}${offers.length > 20 ? ' …' : ''}`}
        data-testid={`vary-${label}`}
        onInput={(event) => (value.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && isEnabled('compare.run'))
            event.currentTarget.closest('.vary-bar')?.querySelector('button')?.click()
        }}
      />
    </label>
  )
}
