import type { ArchPage } from '../../src/host/protocol.ts'

type Diagram = NonNullable<ArchPage['sections'][number]['diagram']>

const HUES = ['pud', 'pmd', 'pte', 'pgd', 'n', 's', 'f', 'k'] as const
/** Bits a field needs for its name to stand in it; narrower ones have it upright. */
const WIDE = 4

/** The fields of an entry in rows of 32 bits, highest first. The rows of the table below say the same in words. */
export function BitDiagram({ diagram, label }: { diagram: Diagram; label: string }) {
  const { width, fields } = diagram
  const tops = width === 64 ? [63, 31] : [31]
  return (
    <div class="bit-diagram" aria-hidden="true">
      {label && <b>{label}</b>}
      {tops.map((top) => (
        <div key={top} class="bit-row">
          {fields.map((field, index) => {
            const hi = Math.min(field.hi, top)
            const lo = Math.max(field.lo, top - 31)
            if (hi < lo) return null
            const bits = hi - lo + 1
            const reserved = field.kind === 'reserved'
            return (
              <span
                key={`${field.name}-${field.lo}`}
                class={`${reserved ? 'reserved' : ''} ${bits < WIDE ? 'upright' : ''}`}
                style={{ gridColumn: `span ${bits}`, '--hue': `var(--${HUES[index % HUES.length]})` }}
                title={`${reserved ? 'no declared meaning' : field.name}: ${field.hi === field.lo ? `bit ${field.hi}` : `bits ${field.hi}–${field.lo}`}`}
              >
                <i>{bits === 1 ? hi : bits < WIDE ? lo : `${hi}–${lo}`}</i>
                <em>{reserved ? '' : field.name}</em>
              </span>
            )
          })}
        </div>
      ))}
    </div>
  )
}
