/** Which machines a run is for: what the scenario asks for, changed by what the user chose. */
import { plainDeclaration } from '../../arch/declaration.ts'
import type { AccountingPolicy, MachineSpec, Policies } from '../../lab/api.ts'
import { LabError } from '../../lab/errors.ts'
import { readOwnAccounting } from '../../lab/readAccounting.ts'
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

/**
 * Machines are told to other processes: an architecture that the scenario declares must survive JSON, and an alternative that
 * it wrote goes by its id.
 */
function plain(spec: MachineSpec): MachineSpec {
  if (spec === null || typeof spec !== 'object') return spec
  const arch =
    typeof spec.arch === 'object' && spec.arch !== null ? { arch: plainDeclaration(spec.arch) } : {}
  return { ...spec, ...arch, ...(spec.policies ? { policies: named(spec.policies) } : {}) }
}

function named(policies: Policies): Policies {
  const ids = Object.entries(policies).map(([seam, given]) => [
    seam,
    isOwn(given) ? readOwn(seam, given).id : given,
  ])
  return Object.fromEntries(ids) as Policies
}

/** The machine with the alternatives that the scenario wrote in the place of their ids. */
export function withOwn(spec: MachineSpec, wanted: readonly MachineSpec[] | undefined): MachineSpec {
  const own = (wanted ?? []).flatMap((each) => Object.entries(each?.policies ?? {}))
  const policies = Object.entries(spec.policies ?? {}).map(([seam, id]) => {
    const found = own.find(([name, given]) => name === seam && isOwn(given) && given.id === id)
    return [seam, found?.[1] ?? id] as const
  })
  return policies.length === 0 ? spec : { ...spec, policies: Object.fromEntries(policies) }
}

function isOwn(given: Policies[string]): given is AccountingPolicy {
  return typeof given === 'object' && given !== null
}

/** @throws LabError for what is no alternative. */
function readOwn(seam: string, given: AccountingPolicy): AccountingPolicy {
  if (seam === 'accounting') return readOwnAccounting(given)
  throw new LabError(
    `policies.${seam}: give the name of an alternative; only accounting takes one of your own`,
  )
}

function distinct(specs: MachineSpec[]): MachineSpec[] {
  const seen = new Map(specs.map((each) => [JSON.stringify(Object.entries(each).sort()), each]))
  return [...seen.values()]
}
