import type { ComponentChildren } from 'preact'
import type { CommandId } from '../../src/host/protocolCommands.ts'
import { CommandButton } from './CommandButton.tsx'

/** What a pane shows when there is nothing: why, and what to do next. */
export function Empty({
  title,
  children,
  command,
}: {
  title: string
  children?: ComponentChildren
  command?: CommandId
}) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <p>{children}</p>}
      {command && <CommandButton id={command} />}
    </div>
  )
}
