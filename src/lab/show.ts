/** Values as people read them in logs and expectations. */
export function show(value: unknown): string {
  if (typeof value === 'bigint') return value > 4095n || value < 0n ? hex(value) : value.toString()
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (Array.isArray(value))
    return `[${value.slice(0, 20).map(show).join(', ')}${value.length > 20 ? `, … ${value.length} in all` : ''}]`
  if (typeof value === 'object' && value !== null) return showObject(value)
  return String(value)
}

/** Text of log() arguments: strings bare, everything else shown. */
export function line(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'string' ? value : show(value))).join(' ')
}

export function hex(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`
}

function showObject(value: object): string {
  const named = value as { name?: unknown; pid?: unknown }
  if (typeof named.name === 'string' && typeof named.pid === 'number')
    return `process ${named.name} (${named.pid})`
  const entries = Object.entries(value).slice(0, 20)
  return `{ ${entries.map(([key, item]) => `${key}: ${typeof item === 'object' && item !== null ? '…' : show(item)}`).join(', ')} }`
}
