/** Which machines a run is for: what the scenario asks for, changed by what the user chose. */
import { plainDeclaration } from '../../arch/declaration.ts'
import type { MachineSpec } from '../../lab/api.ts'
import type { MachineChoice } from '../messages.ts'

export function chooseMachines(
  wanted: readonly MachineSpec[] | undefined,
  choice: MachineChoice,
): MachineSpec[] {
  const own = wanted && wanted.length > 0 ? wanted.map(plain) : [{}]
  const chosen = choice.machines && choice.machines.length > 0 ? choice.machines : own
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

/** Machines are told to other processes: an architecture that the scenario declares must survive JSON. */
function plain(spec: MachineSpec): MachineSpec {
  if (typeof spec?.arch !== 'object' || spec.arch === null) return spec
  return { ...spec, arch: plainDeclaration(spec.arch) }
}

function distinct(specs: MachineSpec[]): MachineSpec[] {
  const seen = new Map(specs.map((each) => [JSON.stringify(Object.entries(each).sort()), each]))
  return [...seen.values()]
}
