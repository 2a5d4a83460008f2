import { activeItem } from '../state/documents.ts'
import { Empty } from '../ui/Empty.tsx'
import { Markdown } from '../ui/Markdown.tsx'

export function LessonPane() {
  const item = activeItem.value
  if (!item)
    return <Empty title="No scenario open">Choose a lesson on the left; its text appears here.</Empty>
  if (item.about.trim() === '') {
    return (
      <Empty title="No lesson text">Write it as about in the scenario; after saving it appears here.</Empty>
    )
  }
  return (
    <article class="lesson" tabIndex={0} aria-label={`Lesson: ${item.title}`} data-testid="lesson">
      <h2>{item.title}</h2>
      <Markdown text={item.about} />
    </article>
  )
}
