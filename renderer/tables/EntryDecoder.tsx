import { useSignal } from '@preact/signals'
import type { BitView, EntryView } from '../../src/trace/views.ts'
import { entryQuery } from '../state/walk.ts'
import { bitCells, fieldHue } from './bitCells.ts'

/** The chosen entry bit by bit; every bit shows, also those no field names. */
export function EntryDecoder() {
  const entry = entryQuery.data.value
  const lit = useSignal(-1)
  if (!entry) return null
  return (
    <div
      class="decoder"
      data-testid="decoder"
      data-raw={entry.raw}
      data-kind={entry.kind}
      data-index={entry.index}
      data-level={entry.table.level}
    >
      <BitStrip entry={entry} lit={lit.value} onLight={(field) => (lit.value = field)} />
      <ul class="bit-fields" aria-label="Fields of the entry">
        {entry.bits.map((bit, index) => (
          <BitField
            key={`${bit.name}-${bit.lo}`}
            bit={bit}
            index={index}
            lit={index === lit.value}
            onLight={(field) => (lit.value = field)}
          />
        ))}
        <PageFacts entry={entry} />
      </ul>
    </div>
  )
}

function BitStrip({
  entry,
  lit,
  onLight,
}: {
  entry: EntryView
  lit: number
  onLight: (field: number) => void
}) {
  const cells = bitCells(entry.raw, entry.bits)
  return (
    <div
      class="bits"
      aria-hidden="true"
      style={{ gridTemplateColumns: `repeat(${Math.min(64, cells.length)}, minmax(0, 1fr))` }}
    >
      {cells.map((cell) => (
        <span
          key={cell.bit}
          class={`${cell.one ? 'one' : ''} ${cell.field >= 0 && cell.field === lit ? 'lit' : ''}`}
          style={{ '--hue': `var(--${fieldHue(cell.field)})` }}
          title={`bit ${cell.bit}: ${entry.bits[cell.field]?.name ?? 'no name'}`}
          onPointerEnter={() => onLight(cell.field)}
          onPointerLeave={() => onLight(-1)}
        >
          {cell.one ? 1 : 0}
        </span>
      ))}
    </div>
  )
}

function BitField({
  bit,
  index,
  lit,
  onLight,
}: {
  bit: BitView
  index: number
  lit: boolean
  onLight: (field: number) => void
}) {
  return (
    <li
      class={lit ? 'lit' : ''}
      title={`bits ${bit.hi === bit.lo ? bit.lo : `${bit.hi}–${bit.lo}`} ${bit.macro}`}
      data-testid="bit"
      data-name={bit.name}
      data-value={bit.value}
      onPointerEnter={() => onLight(index)}
      onPointerLeave={() => onLight(-1)}
    >
      <span style={{ color: `var(--${fieldHue(index)})` }}>{bit.name}</span> <b>{bit.value}</b>
      {bit.meaning && bit.meaning !== bit.value && <span> {bit.meaning}</span>}
    </li>
  )
}

function PageFacts({ entry }: { entry: EntryView }) {
  if (entry.frame === null) return null
  return (
    <>
      <li data-testid="entry-frame">
        frame <b>0x{entry.frame.toString(16)}</b>
        {entry.pageKind && <span> {entry.pageKind}</span>}
      </li>
      {entry.mapcount !== null && (
        <li data-testid="entry-mapcount">
          mapped by <b>{entry.mapcount}</b> {entry.mapcount === 1 ? 'entry' : 'entries'}
        </li>
      )}
    </>
  )
}
