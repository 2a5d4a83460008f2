import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { VmaView } from '../../src/trace/views.ts'
import { address, bytes } from '../state/format.ts'
import { pageSize } from '../state/machines.ts'
import { trace } from '../state/runs.ts'
import { focusAddress } from '../state/selection.ts'
import { mm, tablesQuery } from '../state/snapshots.ts'
import { walkedVa } from '../state/walk.ts'
import { coverage } from '../space/coverage.ts'
import { layOutSpans, positionOf, type Segment } from '../space/scale.ts'
import { NoTrace } from '../ui/NoTrace.tsx'
import { MmSelect } from '../ui/MmSelect.tsx'
import { spanText } from './vmaText.ts'

const MOST = 300

/** The mappings of a process along its address space, and under them the tables that cover them. */
export function SpacePane() {
  const box = useRef<HTMLDivElement>(null)
  const room = useSignal(800)
  useEffect(() => {
    if (!box.current) return undefined
    const observer = new ResizeObserver(([entry]) => (room.value = (entry?.contentRect.width ?? 800) - 76))
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [trace.value === null])
  if (!trace.value)
    return (
      <NoTrace title="No address space yet">
        Run the scenario: the mappings and the tables under them appear here.
      </NoTrace>
    )
  const vmas = (mm.value?.vmas ?? []).slice(0, MOST)
  const segments = layOutSpans(
    vmas.map((vma) => ({ start: BigInt(vma.start), end: BigInt(vma.end) })),
    room.value,
  )
  const hidden = (mm.value?.vmas.length ?? 0) - vmas.length
  return (
    <>
      <div class="pane-head">
        <MmSelect />
        <span class="dim">
          mappings by the logarithm of their size, gaps shortened
          {hidden > 0 && `; ${hidden} more in the VMAs pane`}
        </span>
      </div>
      <div
        ref={box}
        class="scroll space"
        tabIndex={0}
        role="region"
        aria-label="Mappings and the tables under them"
        data-testid="space"
      >
        {vmas.length === 0 ? (
          <p class="hint">This process maps nothing at this event.</p>
        ) : (
          <Lanes vmas={vmas} segments={segments} />
        )}
      </div>
    </>
  )
}

function Lanes({ vmas, segments }: { vmas: readonly VmaView[]; segments: readonly Segment[] }) {
  const last = segments.at(-1)
  const width = last ? last.x + last.width : 0
  const spans = segments.filter((segment) => !segment.gap)
  return (
    <div class="lanes" style={{ '--lane-width': `${width}px` }}>
      <div class="lane">
        <b>VMAs</b>
        <div class="track tall">
          {vmas.map((vma, index) => (
            <Mapping key={vma.id} vma={vma} segment={spans[index]} />
          ))}
          {segments
            .filter((segment) => segment.gap)
            .map((gap) => (
              <span
                key={String(gap.start)}
                class="gap"
                style={{ left: `${gap.x}px`, width: `${gap.width}px` }}
                title={`${bytes(Number(gap.end - gap.start))} unmapped`}
              />
            ))}
        </div>
      </div>
      {coverage(tablesQuery.data.value ?? [], pageSize.value).map(({ level, covers }) => (
        <div key={level} class="lane">
          <b class={`level-${level}`}>{level}</b>
          <div class="track">
            {covers.map(({ table, start, end }) => {
              const from = positionOf(segments, start)
              const to = Math.max(from + 4, positionOf(segments, end))
              return (
                <button
                  key={table.id}
                  type="button"
                  class="cover"
                  style={{ left: `${from}px`, width: `${to - from}px`, '--hue': `var(--${level})` }}
                  title={`${level} table, frame 0x${table.frame.toString(16)}: covers ${address(table.va)} and ${bytes(Number(end - start))}, ${table.used} of ${table.entries} used`}
                  aria-label={`${table.used} entries used: ${level} table at ${address(table.va)}`}
                  onClick={() => focusAddress(table.va)}
                >
                  {table.used}
                </button>
              )
            })}
          </div>
        </div>
      ))}
      <Needle segments={segments} />
    </div>
  )
}

function Mapping({ vma, segment }: { vma: VmaView; segment: Segment | undefined }) {
  if (!segment) return null
  return (
    <button
      type="button"
      class={`mapping ${vma.perms.includes('w') ? 'writable' : ''}`}
      style={{ left: `${segment.x}px`, width: `${segment.width - 1}px` }}
      title={`${address(vma.start)}–${address(vma.end)} ${vma.perms} ${vma.name} ${vma.flags}`}
      onClick={() => focusAddress(vma.start)}
    >
      <b>{vma.perms}</b>
      <span>{vma.name || 'anon'}</span>
      <i>{spanText(vma)}</i>
    </button>
  )
}

function Needle({ segments }: { segments: readonly Segment[] }) {
  const va = walkedVa.value
  if (va === null) return null
  return (
    <span
      class="needle"
      style={{ '--x': `${positionOf(segments, BigInt(va))}px` }}
      title={`walked: ${address(va)}`}
    />
  )
}
