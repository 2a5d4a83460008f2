import '../styles/architectures.css'
import { useSignal } from '@preact/signals'
import type { ArchPage, ArchRow } from '../../src/host/protocol.ts'
import { ArchSection } from '../archs/ArchSection.tsx'
import {
  comparedArch,
  comparedQuery,
  pageSections,
  showArch,
  shownArch,
  shownQuery,
} from '../state/archPages.ts'
import { bytes, plural } from '../state/format.ts'
import { arches, searchArches } from '../state/machines.ts'
import { Empty } from '../ui/Empty.tsx'
import { moveInList } from '../archs/moveInList.ts'

/** Every architecture: a searchable list, the page of the chosen one, and two of them side by side. */
export function ArchitecturesPane() {
  return (
    <div class="archs" data-testid="archs-pane">
      <ArchList />
      <Page />
    </div>
  )
}

function ArchList() {
  const text = useSignal('')
  const rows = searchArches(arches.value, text.value)
  return (
    <div class="arch-side" onKeyDown={moveInList}>
      <input
        class="field"
        type="search"
        aria-label="Search architectures"
        placeholder="arm64 16k, la57 …"
        spellcheck={false}
        value={text.value}
        data-autofocus
        data-testid="archs-search"
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <ul aria-label="Architectures">
        {rows.map((row) => (
          <ArchItem key={row.id} row={row} />
        ))}
      </ul>
      <p class="dim arch-count" aria-live="polite">
        {rows.length === 0 ? 'Nothing matches. Try one word, e.g. arm64.' : plural(rows.length, 'variant')}
      </p>
    </div>
  )
}

function ArchItem({ row }: { row: ArchRow }) {
  const on = row.id === shownArch.value
  return (
    <li>
      <button
        type="button"
        class={on ? 'on' : ''}
        aria-current={on ? 'true' : undefined}
        title={`${row.title} · ${row.levels}${row.mmu ? ` · ${bytes(row.pageSize)}` : ''}`}
        data-arch={row.id}
        onClick={() => showArch(row.id)}
      >
        <span class="arch-id">{row.id}</span>
        {row.historic && <i>historic</i>}
        {!row.mmu && <i>no MMU</i>}
        {row.uncertain && (
          <i title="Some facts could not be confirmed">
            ?<span class="hidden-text"> some facts uncertain</span>
          </i>
        )}
      </button>
    </li>
  )
}

function Page() {
  const left = shownQuery.data.value
  const right = comparedArch.value === null ? null : comparedQuery.data.value
  const error = shownQuery.error.value || comparedQuery.error.value
  if (error) return <Empty title="This page cannot be shown">{error}</Empty>
  if (!left) return <Empty title="No architecture yet">Choose one from the list.</Empty>
  return <Pages left={left} right={right} />
}

function Pages({ left, right }: { left: ArchPage; right: ArchPage | null }) {
  const onlyDiffering = useSignal(false)
  const sections = pageSections(left, right)
  const differing = sections.reduce((sum, each) => sum + each.differing, 0)
  const few = right !== null && onlyDiffering.value
  return (
    <div class="arch-main">
      <div class="pane-head">
        <b class="arch-title">{left.id}</b>
        <label class="check">
          compare with
          <select
            aria-label="Compare with"
            data-testid="arch-compare"
            value={comparedArch.value ?? ''}
            onChange={(event) => (comparedArch.value = event.currentTarget.value || null)}
          >
            <option value="">nothing</option>
            {arches.value
              .filter((row) => row.mmu && row.id !== left.id)
              .map((row) => (
                <option key={row.id} value={row.id}>
                  {row.id}
                </option>
              ))}
          </select>
        </label>
        {right && (
          <>
            <label class="check">
              <input
                type="checkbox"
                checked={onlyDiffering.value}
                onChange={(event) => (onlyDiffering.value = event.currentTarget.checked)}
              />
              only what differs
            </label>
            <span class="arch-differing" data-testid="arch-differing" data-count={differing}>
              ≠ {differing}
              <span class="hidden-text"> rows differ</span>
            </span>
          </>
        )}
      </div>
      <div
        class="scroll arch-page"
        tabIndex={0}
        role="region"
        aria-label={right ? `${left.id} compared with ${right.id}` : `Page of ${left.id}`}
        data-testid="arch-page"
        data-arch={left.id}
        data-compared={right?.id ?? ''}
      >
        <p class="arch-name">{right ? `${left.title}, compared with ${right.title}` : left.title}</p>
        {sections
          .filter((each) => !few || each.differing > 0)
          .map((each) => (
            <ArchSection
              key={each.id}
              section={each}
              ids={[left.id, right?.id ?? null]}
              onlyDiffering={few}
            />
          ))}
      </div>
    </div>
  )
}
