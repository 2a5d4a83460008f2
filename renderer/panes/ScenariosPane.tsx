import type { GalleryItem } from '../../src/host/protocol.ts'
import { activePath, drafts, gallery, openScenario } from '../state/documents.ts'
import { fileName } from '../state/format.ts'
import { CommandButton } from '../ui/CommandButton.tsx'
import { Empty } from '../ui/Empty.tsx'
import { groupGallery } from './galleryGroups.ts'

/** Lessons by group, then the user's own files, with what can be done to them. */
export function ScenariosPane() {
  if (gallery.value.length === 0) {
    return (
      <Empty title="No scenarios yet" command="scenario.new">
        A scenario is a small TypeScript file that asks one question.
      </Empty>
    )
  }
  return (
    <>
      <nav class="gallery" aria-label="Scenarios" onKeyDown={moveFocus}>
        {groupGallery(gallery.value).map((group) => (
          <section key={group.title}>
            <h2>{group.title}</h2>
            <ul>
              {group.items.map((item) => (
                <Item key={item.path} item={item} />
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <div class="pane-actions">
        <CommandButton id="scenario.new">+ New</CommandButton>
        <CommandButton id="scenario.duplicate">Duplicate</CommandButton>
        <CommandButton id="scenario.delete">Delete</CommandButton>
      </div>
    </>
  )
}

function Item({ item }: { item: GalleryItem }) {
  const active = item.path === activePath.value
  const changed = item.path in drafts.value
  return (
    <li>
      <button
        type="button"
        class={active ? 'on' : ''}
        aria-current={active ? 'true' : undefined}
        title={item.own ? item.path : item.title}
        data-path={item.path}
        onClick={() => void openScenario(item.path)}
      >
        <span class="gallery-title">{item.own ? fileName(item.path) : item.title}</span>
        {changed && (
          <span class="changed" title="Unsaved changes, kept for you">
            ● <span class="hidden-text">unsaved changes</span>
          </span>
        )}
        {item.minutes > 0 && (
          <span class="minutes" title={`about ${item.minutes} minutes`}>
            {item.minutes}′<span class="hidden-text"> minutes</span>
          </span>
        )}
      </button>
    </li>
  )
}

function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (by === 0) return
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const at = buttons.findIndex((button) => button === document.activeElement)
  buttons[at + by]?.focus()
  event.preventDefault()
}
