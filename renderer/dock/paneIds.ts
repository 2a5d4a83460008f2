export const PANE_IDS = [
  'scenarios',
  'editor',
  'lesson',
  'console',
  'dmesg',
  'expectations',
  'tables',
  'tree',
  'space',
  'charts',
  'archs',
  'mm',
  'vmas',
  'cpus',
  'event',
  'events',
  'calls',
  'timeline',
] as const

export type PaneId = (typeof PANE_IDS)[number]
