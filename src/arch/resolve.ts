/** A variant with its feature overrides applied. */
import type { DeepPartial, Features, Variant } from './variant.ts'

/** Defaults of the variant's features with `wanted` on top. Unknown names throw: a misspelt feature must not be silent. */
export function featuresOf(variant: Variant, wanted: Partial<Features> = {}): Features {
  const features: Features = {}
  for (const spec of variant.features) features[spec.name] = spec.default
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) continue
    if (!(name in features)) throw new Error(unknownFeature(variant, name))
    features[name] = value
  }
  return features
}

function unknownFeature(variant: Variant, name: string): string {
  const known = variant.features.map((f) => f.name).join(', ')
  return `${variant.id} has no feature '${name}'. ${known === '' ? 'It has none.' : `It has: ${known}.`}`
}

export function resolveVariant(variant: Variant, features: Features): Variant {
  let resolved = variant
  for (const { feature, value, and, patch } of variant.overrides) {
    const also = and === undefined || (features[and.feature] === true) === and.value
    if (also && (features[feature] === true) === value) resolved = merge(resolved, patch)
  }
  return resolved
}

/** Objects merge key by key; arrays, bigints and other values replace. */
export function merge<T>(base: T, patch: DeepPartial<NoInfer<T>>): T {
  if (!isPlain(base) || !isPlain(patch)) return patch as T
  const out: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue
    out[key] = key in out && !isTest(value) ? merge(out[key], value as DeepPartial<unknown>) : value
  }
  return out as T
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Tests are values: merging {not} with {mask, value} would make neither. */
function isTest(value: unknown): boolean {
  return isPlain(value) && ('not' in value || ('mask' in value && 'value' in value))
}
