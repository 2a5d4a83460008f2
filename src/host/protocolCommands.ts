/**
 * Every action of the desk as data: what the palette, the hotkeys, the desktop menu, the docs and the tests list.
 * The renderer attaches what each one does; the desktop shell sends the id back in a 'menu' push.
 * Keys: modifiers (Mod = Ctrl, or Cmd on macOS) joined by '+' with a key name; the first is the one shown.
 */
export interface CommandInfo {
  readonly id: string
  readonly title: string
  readonly group: CommandGroup
  readonly keys: readonly string[]
}

export const COMMAND_GROUPS = ['Scenario', 'Run', 'Step', 'Go', 'View'] as const
export type CommandGroup = (typeof COMMAND_GROUPS)[number]

export const COMMANDS = [
  { id: 'scenario.new', title: 'New scenario', group: 'Scenario', keys: ['Alt+N'] },
  { id: 'scenario.save', title: 'Save scenario', group: 'Scenario', keys: ['Mod+S'] },
  { id: 'scenario.duplicate', title: 'Duplicate as my scenario', group: 'Scenario', keys: ['Alt+Shift+D'] },
  { id: 'scenario.revert', title: 'Discard unsaved changes', group: 'Scenario', keys: ['Alt+Shift+Z'] },
  { id: 'scenario.delete', title: 'Delete my scenario', group: 'Scenario', keys: ['Alt+Shift+Delete'] },
  { id: 'trace.open', title: 'Open trace…', group: 'Scenario', keys: ['Mod+O'] },
  { id: 'trace.export', title: 'Save trace as…', group: 'Scenario', keys: ['Mod+Shift+S'] },

  { id: 'run.start', title: 'Run', group: 'Run', keys: ['F5'] },
  { id: 'run.stop', title: 'Stop', group: 'Run', keys: ['Shift+F5'] },
  { id: 'machine.arch', title: 'Choose the architecture…', group: 'Run', keys: ['Alt+Shift+A'] },
  { id: 'machine.kernel', title: 'Choose the kernel…', group: 'Run', keys: ['Alt+Shift+K'] },
  { id: 'machine.cpus', title: 'Choose the number of CPUs…', group: 'Run', keys: ['Alt+Shift+U'] },
  {
    id: 'machine.accounting',
    title: 'Choose how page tables are counted…',
    group: 'Run',
    keys: ['Alt+Shift+J'],
  },
  { id: 'machine.reset', title: "Use the scenario's own machines", group: 'Run', keys: ['Alt+Shift+O'] },
  {
    id: 'machine.next',
    title: 'Show the next machine of this run',
    group: 'Run',
    keys: ['Alt+Shift+PageDown'],
  },
  {
    id: 'machine.previous',
    title: 'Show the previous machine of this run',
    group: 'Run',
    keys: ['Alt+Shift+PageUp'],
  },

  { id: 'matrix.run', title: 'Run the matrix', group: 'Run', keys: ['Alt+Shift+F5'] },
  { id: 'compare.run', title: 'Run side by side', group: 'Run', keys: ['Alt+F5'] },

  { id: 'step.event', title: 'Next event', group: 'Step', keys: ['F8'] },
  { id: 'step.eventBack', title: 'Previous event', group: 'Step', keys: ['Shift+F8'] },
  { id: 'step.op', title: 'Next call', group: 'Step', keys: ['F9'] },
  { id: 'step.opBack', title: 'Previous call', group: 'Step', keys: ['Shift+F9'] },
  { id: 'step.line', title: 'Next source line', group: 'Step', keys: ['F10'] },
  { id: 'step.lineBack', title: 'Previous source line', group: 'Step', keys: ['Shift+F10'] },
  { id: 'step.first', title: 'Before the first event', group: 'Step', keys: ['Alt+Home'] },
  { id: 'step.last', title: 'Last event', group: 'Step', keys: ['Alt+End'] },
  { id: 'step.play', title: 'Play or pause', group: 'Step', keys: ['Alt+P'] },

  { id: 'compare.first', title: 'First call that differs', group: 'Go', keys: ['Alt+D'] },
  { id: 'compare.next', title: 'Next call that differs', group: 'Go', keys: ['Alt+F9'] },
  { id: 'compare.previous', title: 'Previous call that differs', group: 'Go', keys: ['Alt+Shift+F9'] },
  { id: 'go.event', title: 'Go to event number…', group: 'Go', keys: ['Alt+G'] },
  { id: 'go.address', title: 'Walk an address…', group: 'Go', keys: ['Alt+A'] },
  {
    id: 'go.follow',
    title: 'Follow the address and process of each event',
    group: 'Go',
    keys: ['Alt+Shift+F'],
  },
  { id: 'go.source', title: 'Show the source line of this event', group: 'Go', keys: ['Alt+L'] },
  { id: 'go.lineFirst', title: 'First event of the line under the cursor', group: 'Go', keys: ['Alt+Enter'] },
  {
    id: 'go.lineLast',
    title: 'Last event of the line under the cursor',
    group: 'Go',
    keys: ['Alt+Shift+Enter'],
  },
  { id: 'go.filter', title: 'Filter the event list', group: 'Go', keys: ['Mod+Shift+F'] },
  { id: 'go.process', title: 'Show the next process', group: 'Go', keys: ['Alt+M'] },
  { id: 'go.problem', title: 'Next problem in the source', group: 'Go', keys: ['Alt+F8'] },

  { id: 'proc.copy', title: 'Copy the /proc file shown', group: 'Go', keys: ['Alt+C'] },
  {
    id: 'costs.reset',
    title: 'Use the unit costs as documented',
    group: 'Go',
    keys: ['Alt+Shift+Backspace'],
  },

  { id: 'view.palette', title: 'All commands', group: 'View', keys: ['Mod+K', 'F1'] },
  { id: 'view.theme', title: 'Dark, light or as the system says', group: 'View', keys: ['Alt+T'] },
  { id: 'view.left', title: 'Show or hide the scenarios', group: 'View', keys: ['Mod+B'] },
  { id: 'view.right', title: 'Show or hide the inspector', group: 'View', keys: ['Mod+Alt+B'] },
  { id: 'view.bottom', title: 'Show or hide events and timeline', group: 'View', keys: ['Mod+J'] },
  { id: 'view.reset', title: 'Put all panes back', group: 'View', keys: ['Alt+Shift+0'] },
  { id: 'pane.scenarios', title: 'Scenarios', group: 'View', keys: ['Alt+Shift+G'] },
  { id: 'pane.editor', title: 'Editor', group: 'View', keys: ['Alt+Shift+E'] },
  { id: 'pane.lesson', title: 'Lesson', group: 'View', keys: ['Alt+Shift+L'] },
  { id: 'pane.console', title: 'Console', group: 'View', keys: ['Alt+Shift+C'] },
  { id: 'pane.dmesg', title: 'dmesg', group: 'View', keys: ['Alt+Shift+M'] },
  { id: 'pane.expectations', title: 'Expectations', group: 'View', keys: ['Alt+Shift+X'] },
  { id: 'pane.tables', title: 'Tables', group: 'View', keys: ['Alt+Shift+T'] },
  { id: 'pane.tree', title: 'Tree of tables', group: 'View', keys: ['Alt+Shift+R'] },
  { id: 'pane.space', title: 'Address space', group: 'View', keys: ['Alt+Shift+S'] },
  {
    id: 'pane.struct',
    title: 'Struct layout: mm_struct by source file',
    group: 'View',
    keys: ['Alt+Shift+5'],
  },
  { id: 'pane.proc', title: '/proc: status, maps, smaps …', group: 'View', keys: ['Alt+Shift+1'] },
  { id: 'pane.costs', title: 'Costs: what each mechanism took', group: 'View', keys: ['Alt+Shift+2'] },
  { id: 'pane.compare', title: 'Compare machines', group: 'View', keys: ['Alt+Shift+8'] },
  {
    id: 'pane.matrix',
    title: 'Matrix of alternatives and architectures',
    group: 'View',
    keys: ['Alt+Shift+9'],
  },
  { id: 'pane.charts', title: 'Charts', group: 'View', keys: ['Alt+Shift+H'] },
  { id: 'pane.archs', title: 'Architectures: pages and comparison', group: 'View', keys: ['Alt+Shift+Y'] },
  { id: 'pane.mm', title: 'mm_struct', group: 'View', keys: ['Alt+Shift+P'] },
  { id: 'pane.vmas', title: 'VMAs', group: 'View', keys: ['Alt+Shift+V'] },
  { id: 'pane.cpus', title: 'CPU & TLB', group: 'View', keys: ['Alt+Shift+B'] },
  { id: 'pane.event', title: 'Selected event', group: 'View', keys: ['Alt+Shift+I'] },
  { id: 'pane.events', title: 'Events', group: 'View', keys: ['Alt+Shift+N'] },
  { id: 'pane.calls', title: 'Calls', group: 'View', keys: ['Alt+Shift+Q'] },
  { id: 'pane.shootdowns', title: 'Shootdowns: who told whom', group: 'View', keys: ['Alt+Shift+3'] },
  { id: 'pane.timeline', title: 'Timeline', group: 'View', keys: ['Alt+Shift+W'] },
] as const satisfies readonly CommandInfo[]

export type CommandId = (typeof COMMANDS)[number]['id']
