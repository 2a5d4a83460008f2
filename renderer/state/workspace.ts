/** What survives a crash or a reload: unsaved text, layout and choices. Never a run: nothing starts by itself. */
import type { CostEdit } from './costs.ts'
import type { MachineSpec } from './machines.ts'
import { THEME_CHOICES, type ThemeChoice } from './theme.ts'

export const WORKSPACE_VERSION = 1

export interface Workspace {
  version: typeof WORKSPACE_VERSION
  theme: ThemeChoice
  active: string | null
  drafts: Record<string, string>
  overrides: MachineSpec
  filter: string
  /** Unit costs that the user changed. */
  costs: Record<string, CostEdit>
  /** As dockview serialises it; null for the default. */
  layout: object | null
}

export const EMPTY_WORKSPACE: Workspace = {
  version: WORKSPACE_VERSION,
  theme: 'system',
  active: null,
  drafts: {},
  overrides: {},
  filter: '',
  costs: {},
  layout: null,
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function stringsOf(value: unknown): Record<string, string> {
  if (!isObject(value)) return {}
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}

function costsOf(value: unknown): Record<string, CostEdit> {
  if (!isObject(value)) return {}
  const number = (given: unknown): given is number => typeof given === 'number' && given >= 0 && given < 1e12
  return Object.fromEntries(
    Object.entries(value).flatMap(([id, edit]) => {
      if (!isObject(edit)) return []
      const { ns, perUnit } = edit
      return [[id, { ...(number(ns) ? { ns } : {}), ...(number(perUnit) ? { perUnit } : {}) }]]
    }),
  )
}

function overridesOf(value: unknown): MachineSpec {
  if (!isObject(value)) return {}
  const spec: MachineSpec = {}
  if (typeof value['arch'] === 'string') spec.arch = value['arch']
  if (typeof value['kernel'] === 'string') spec.kernel = value['kernel']
  if (typeof value['cpus'] === 'number') spec.cpus = value['cpus']
  if (isObject(value['policies'])) spec.policies = stringsOf(value['policies'])
  return spec
}

/** Reads a saved workspace. What is damaged or from another version falls back piece by piece, the drafts last. */
export function parseWorkspace(text: string): Workspace {
  const raw = parse(text)
  if (!isObject(raw)) return EMPTY_WORKSPACE
  const drafts = stringsOf(raw['drafts'])
  if (raw['version'] !== WORKSPACE_VERSION) return { ...EMPTY_WORKSPACE, drafts }
  return {
    version: WORKSPACE_VERSION,
    theme: THEME_CHOICES.find((choice) => choice === raw['theme']) ?? 'system',
    active: typeof raw['active'] === 'string' ? raw['active'] : null,
    drafts,
    overrides: overridesOf(raw['overrides']),
    costs: costsOf(raw['costs']),
    filter: typeof raw['filter'] === 'string' ? raw['filter'] : '',
    layout: isObject(raw['layout']) ? raw['layout'] : null,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
