/** The application menu, from the one list of commands. The desk runs them; the menu only names them. */
import { COMMAND_GROUPS, COMMANDS, type CommandInfo } from '../src/host/protocolCommands.ts'

export interface MenuItem {
  label?: string
  role?: 'undo' | 'redo' | 'cut' | 'copy' | 'paste' | 'selectAll' | 'minimize' | 'togglefullscreen' | 'quit'
  accelerator?: string
  /** The desk handles its own keys; the menu only shows them. */
  registerAccelerator?: boolean
  type?: 'separator'
  submenu?: MenuItem[]
  click?: () => void
}

export function menuTemplate(run: (command: string) => void): MenuItem[] {
  const [scenario, ...others] = COMMAND_GROUPS.map((group) => ({
    label: group,
    submenu: itemsOf(group, run),
  }))
  const quit: MenuItem[] = [{ type: 'separator' }, { role: 'quit' }]
  return [
    { label: scenario?.label ?? 'Scenario', submenu: [...(scenario?.submenu ?? []), ...quit] },
    {
      label: 'Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    ...others,
    { label: 'Window', submenu: [{ role: 'minimize' }, { role: 'togglefullscreen' }] },
  ]
}

function itemsOf(group: string, run: (command: string) => void): MenuItem[] {
  const commands: readonly CommandInfo[] = COMMANDS
  return commands
    .filter((command) => command.group === group)
    .map(({ id, title, keys }) => ({
      label: title,
      accelerator: (keys[0] ?? '').replace('Mod', 'CommandOrControl'),
      registerAccelerator: false,
      click: () => run(id),
    }))
}
