/** Which machines a run is for: what the scenario asks for, changed by what the user chose. */
import { plainDeclaration } from '../../arch/declaration.ts'
import type { MachineSpec } from '../../lab/api.ts'
import type { MachineChoice, MachineVariation } from '../messages.ts'

export function chooseMachines(
  wanted: readonly MachineSpec[] | undefined,
  choice: MachineChoice,
): MachineSpec[] {
  const own = wanted && wanted.length > 0 ? wanted.map(plain) : [{}]
  const chosen = choice.machines && choice.machines.length > 0 ? choice.machines : own
  if (choice.vary !== undefined) return distinct(product(chosen[0], choice.vary))
  const onArchs = choice.archs && choice.archs.length > 0 ? spread(chosen, choice.archs) : chosen
  if (choice.kernel === undefined) return onArchs
  const { kernel } = choice
  return distinct(onArchs.map((each) => ({ ...each, kernel })))
}

/** Every machine on every architecture. Features belong to an architecture and are left behind with it. */
function spread(specs: readonly MachineSpec[], archs: readonly string[]): MachineSpec[] {
  const bare = distinct(specs.map(({ arch: _arch, features: _features, ...rest }) => rest))
  return archs.flatMap((arch) => bare.map((rest) => ({ arch, ...rest })))
}

/** One machine in every combination. An architecture of another machine has features of its own. */
function product(base: MachineSpec, { archs, kernels, policies }: MachineVariation): MachineSpec[] {
  let machines = archs && archs.length > 0 ? spread([base], archs) : [base]
  if (kernels && kernels.length > 0)
    machines = machines.flatMap((each) => kernels.map((kernel) => ({ ...each, kernel })))
  for (const [seam, ids] of Object.entries(policies ?? {}))
    machines = machines.flatMap((each) =>
      ids.map((id) => ({ ...each, policies: { ...each.policies, [seam]: id } })),
    )
  return machines
}

/** Machines are told to other processes: an architecture that the scenario declares must survive JSON. */
function plain(spec: MachineSpec): MachineSpec {
  if (typeof spec?.arch !== 'object' || spec.arch === null) return spec
  return { ...spec, arch: plainDeclaration(spec.arch) }
}

function distinct(specs: MachineSpec[]): MachineSpec[] {
  const seen = new Map(specs.map((each) => [JSON.stringify(Object.entries(each).sort()), each]))
  return [...seen.values()]
}
