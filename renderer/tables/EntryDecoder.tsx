import { type Signal, useSignal } from '@preact/signals'
import type { BitView, EntryView, EventRow } from '../../src/trace/views.ts'
import { goTo } from '../state/position.ts'
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
      <BitStrip entry={entry} lit={lit} />
      <ul class="bit-fields" aria-label="Fields of the entry">
        {entry.bits.map((bit, index) =>
          isUnusedReserve(bit) ? null : (
            <BitField
              key={`${bit.name}-${bit.lo}`}
              bit={bit}
              index={index}
              level={entry.table.level}
              lit={lit}
            />
          ),
        )}
        <PageFacts entry={entry} />
      </ul>
      <Explanation entry={entry} bit={entry.bits[lit.value]} />
      <Words entry={entry} />
    </div>
  )
}

/** What the field under the pointer means, else what the entry says as a whole. */
function Explanation({ entry, bit }: { entry: EntryView; bit: BitView | undefined }) {
  if (!bit)
    return (
      <p class="summary">
        {entry.summary}
        <WrittenBy event={entry.writtenBy} />
      </p>
    )
  return (
    <p class="summary">
      <b>{bit.name}</b> {placeOf(bit)} {bit.macro}: {bit.meaning}
    </p>
  )
}

/** Who wrote the entry, with the way there. */
function WrittenBy({ event }: { event: EventRow | null }) {
  if (!event) return null
  return (
    <span class="written">
      written by {event.name} at{' '}
      <button type="button" class="link changed" data-testid="written-at" onClick={() => goTo(event.k)}>
        {event.k}
      </button>
    </span>
  )
}

/** Reserved bits that are zero, as they must be, stand in the strip only. */
function isUnusedReserve(bit: BitView): boolean {
  return bit.kind === 'reserved' && BigInt(bit.value) === 0n
}

function placeOf(bit: BitView): string {
  return bit.hi === bit.lo ? `bit ${bit.lo}` : `bits ${bit.hi}–${bit.lo}`
}

function BitStrip({ entry, lit }: { entry: EntryView; lit: Signal<number> }) {
  const cells = bitCells(entry.raw, entry.bits)
  return (
    <div
      class="bits"
      aria-hidden="true"
      style={{ gridTemplateColumns: `repeat(${Math.min(64, cells.length)}, minmax(0, 1fr))` }}
      onPointerLeave={() => (lit.value = -1)}
    >
      {cells.map((cell) => {
        const bit = entry.bits[cell.field]
        return (
          <span
            key={cell.bit}
            class={`${cell.one ? 'one' : ''} ${cell.field >= 0 && cell.field === lit.value ? 'lit' : ''}`}
            style={{ '--hue': `var(--${fieldHue(cell.field, bit, entry.table.level)})` }}
            title={`bit ${cell.bit}: ${bit ? `${bit.name}, ${bit.meaning}` : 'no name'}`}
            onPointerEnter={() => (lit.value = cell.field)}
          >
            {cell.one ? 1 : 0}
          </span>
        )
      })}
    </div>
  )
}

interface FieldProps {
  bit: BitView
  index: number
  level: string
  lit: Signal<number>
}

/** Set fields stand out; what each means is said below while the pointer is on it, and in its title. */
function BitField({ bit, index, level, lit }: FieldProps) {
  const set = BigInt(bit.value) !== 0n
  return (
    <li
      class={`${lit.value === index ? 'lit' : ''} ${set ? '' : 'clear'}`}
      title={`${bit.name}: ${placeOf(bit)} ${bit.macro}. ${bit.meaning}`}
      data-testid="bit"
      data-name={bit.name}
      data-value={bit.value}
      onPointerEnter={() => (lit.value = index)}
      onPointerLeave={() => (lit.value = -1)}
    >
      <span class="bit-name" style={set ? { color: `var(--${fieldHue(index, bit, level)})` } : {}}>
        {bit.name}
      </span>{' '}
      <b>{bit.hi === bit.lo ? Number(bit.value) : bit.value}</b>
    </li>
  )
}

/** What the scenario stored in the page. */
function Words({ entry }: { entry: EntryView }) {
  if (entry.words.length === 0) return null
  return (
    <ul class="bit-fields words" aria-label="Words stored in the page" data-testid="entry-words">
      {entry.words.map(({ index, value }) => (
        <li key={index} data-word={index} title={`Word ${index} of the page, byte ${index * 8}`}>
          word {index} <b>{value}</b> <i>{BigInt(value).toString()}</i>
        </li>
      ))}
    </ul>
  )
}

function PageFacts({ entry }: { entry: EntryView }) {
  if (entry.frame === null) return null
  return (
    <>
      <li data-testid="entry-frame" data-frame={entry.frame}>
        page <b>{entry.pageKind || `0x${entry.frame.toString(16)}`}</b>
      </li>
      {entry.mapcount !== null && (
        <li data-testid="entry-mapcount">
          mapped by <b>{entry.mapcount}</b> {entry.mapcount === 1 ? 'entry' : 'entries'}
        </li>
      )}
    </>
  )
}
