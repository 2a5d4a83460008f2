import type { ComponentChildren } from 'preact'
import type { CommandId } from '../../src/host/protocolCommands.ts'
import { ariaKeys, isMac, showKeys } from '../commands/keys.ts'
import { commandInfo, isEnabled, runCommand } from '../commands/registry.ts'

interface Props {
  id: CommandId
  /** Replaces the title on the button. A sign (class 'icon') keeps the title as its name; words are a name themselves. */
  children?: ComponentChildren
  class?: string
  showKey?: boolean
  pressed?: boolean
}

/** A button that runs a command; shows its key and is dimmed when the command makes no sense now. */
export function CommandButton({
  id,
  children,
  class: look = '',
  showKey = children === undefined,
  pressed,
}: Props) {
  const { title, keys } = commandInfo(id)
  const key = keys[0] ?? ''
  return (
    <button
      type="button"
      class={`btn ${look}`}
      title={`${title} (${showKeys(key, isMac)})`}
      aria-label={look.includes('icon') ? title : undefined}
      aria-keyshortcuts={ariaKeys(key, isMac)}
      aria-pressed={pressed}
      disabled={!isEnabled(id)}
      data-command={id}
      onClick={() => runCommand(id)}
    >
      {children ?? title}
      {showKey && <kbd aria-hidden="true">{showKeys(key, isMac)}</kbd>}
    </button>
  )
}
