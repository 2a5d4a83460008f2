/** The one list of actions: what the palette, the hotkeys, the menu, buttons and tests run. */
import { COMMANDS, type CommandId, type CommandInfo } from '../../src/host/protocolCommands.ts'
import { errorText, notify } from '../state/notices.ts'
import { isMac, type KeyLike, matches, parseKeys } from './keys.ts'

export interface Action {
  /** Whether the command makes sense now; absent: always. */
  when?: () => boolean
  run: () => unknown
}

export type Actions = Record<CommandId, Action>

export interface Command extends CommandInfo {
  readonly id: CommandId
}

const commands: readonly Command[] = COMMANDS
const byId = new Map<string, Command>(commands.map((command) => [command.id, command]))
const chords = commands.flatMap((command) =>
  command.keys.map((keys) => ({ command, chord: parseKeys(keys) })),
)

let actions: Actions | null = null

export function registerActions(all: Actions): void {
  actions = all
}

export function listCommands(): readonly Command[] {
  return commands
}

export function commandInfo(id: CommandId): Command {
  const command = byId.get(id)
  if (!command) throw new Error(`no command ${id}`)
  return command
}

export function isEnabled(id: CommandId): boolean {
  const action = actions?.[id]
  return action !== undefined && (action.when?.() ?? true)
}

/** Runs a command if it makes sense now; a failure becomes a notice. Answers whether it ran. */
export function runCommand(id: CommandId): boolean {
  if (!isEnabled(id)) return false
  Promise.resolve()
    .then(() => actions?.[id].run())
    .catch((error: unknown) => notify('error', `${commandInfo(id).title}: ${errorText(error)}`))
  return true
}

/** Runs a command named by someone else, e.g. the desktop menu. */
export function runNamed(id: string): boolean {
  const command = byId.get(id)
  return command ? runCommand(command.id) : false
}

/** The command a key press stands for, if any. */
export function commandFor(event: KeyLike, mac = isMac): Command | null {
  return chords.find(({ chord }) => matches(chord, event, mac))?.command ?? null
}

/** Hotkeys work everywhere; what is disabled still swallows its key, so that F5 never reloads the page. */
export function installHotkeys(target: Window): void {
  target.addEventListener(
    'keydown',
    (event) => {
      const command = commandFor(event)
      if (!command) return
      event.preventDefault()
      event.stopPropagation()
      if (!event.repeat || command.group === 'Step') runCommand(command.id)
    },
    { capture: true },
  )
}
