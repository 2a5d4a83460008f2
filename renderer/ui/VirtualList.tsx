import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { clamp } from '../state/format.ts'
import { contentHeight, scrollFor, windowAt } from './virtualWindow.ts'

export interface VirtualListProps {
  label: string
  count: number
  rowHeight: number
  /** Row that is kept in sight and announced as active; -1 for none. */
  active: number
  onActivate: (index: number) => void
  /** Draws the inside of one row. */
  children: (index: number) => ComponentChildren
  rowProps?: (index: number) => Record<string, string | number | boolean | undefined>
  role?: 'listbox' | 'tree'
  testId?: string
  /** Extra keys, e.g. to unfold a tree; answers whether the key was used. */
  onKey?: (event: KeyboardEvent) => boolean
}

const OVERSCAN = 6
let nextId = 1

/** A list of equal rows of which only those in sight exist; any length, moved through with the arrow keys. */
export function VirtualList(props: VirtualListProps) {
  const { count, rowHeight, active } = props
  const box = useRef<HTMLDivElement>(null)
  const id = useRef(`list-${nextId++}`).current
  const scrollTop = useSignal(0)
  const height = useSignal(0)

  useEffect(() => watchHeight(box.current, (value) => (height.value = value)), [])

  useLayoutEffect(() => {
    const element = box.current
    if (!element || active < 0 || height.value === 0) return
    const wanted = scrollFor(active, count, rowHeight, height.value, element.scrollTop)
    if (wanted !== null) element.scrollTop = wanted
  }, [active, count, height.value])

  const range = windowAt(scrollTop.value, count, rowHeight, height.value, OVERSCAN)
  const rows = []
  for (let index = range.first; index < range.end; index++) rows.push(index)

  function onKeyDown(event: KeyboardEvent): void {
    if (props.onKey?.(event)) {
      event.preventDefault()
      return
    }
    const target = moved(event.key, active, count, Math.floor(height.value / rowHeight))
    if (target === null || count === 0) return
    event.preventDefault()
    props.onActivate(target)
  }

  return (
    <div
      ref={box}
      class="vlist"
      role={props.role ?? 'listbox'}
      aria-label={props.label}
      aria-activedescendant={active >= range.first && active < range.end ? `${id}-${active}` : undefined}
      tabIndex={0}
      data-testid={props.testId}
      data-count={count}
      onScroll={(event) => (scrollTop.value = event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div class="vlist-sizer" role="presentation" style={{ height: `${contentHeight(count, rowHeight)}px` }}>
        <div class="vlist-rows" role="presentation" style={{ transform: `translateY(${range.top}px)` }}>
          {rows.map((index) => (
            <div
              key={index}
              id={`${id}-${index}`}
              class="vlist-row"
              role={props.role === 'tree' ? 'treeitem' : 'option'}
              aria-selected={index === active}
              aria-posinset={index + 1}
              aria-setsize={count}
              style={{ height: `${rowHeight}px` }}
              onClick={() => props.onActivate(index)}
              {...props.rowProps?.(index)}
            >
              {props.children(index)}
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}

function moved(key: string, active: number, count: number, page: number): number | null {
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -count,
    End: count,
  }
  const by = steps[key]
  return by === undefined ? null : clamp(active + by, 0, count - 1)
}

function watchHeight(element: HTMLElement | null, onHeight: (value: number) => void): () => void {
  if (!element) return () => undefined
  const observer = new ResizeObserver(() => onHeight(element.clientHeight))
  observer.observe(element)
  return () => observer.disconnect()
}
