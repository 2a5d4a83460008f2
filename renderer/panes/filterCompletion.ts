/** Completion for the event filter: the word being typed is replaced by what it may become. */
export const FILTER_KEYS: Readonly<Record<string, readonly string[]>> = {
  name: [
    'page_fault_user',
    'set_entry',
    'pt_alloc',
    'pt_free',
    'mm_page_alloc',
    'mm_page_free',
    'tlb_*',
    'tlb_fill',
    'tlb_flush',
    'sched_switch',
    'sys_*',
    'field',
    'expect',
    'log',
  ],
  level: ['pgd', 'p4d', 'pud', 'pmd', 'pte'],
  ctx: ['task', 'softirq', 'irq', 'nmi', 'entry', 'atomic', 'boot', 'kthread'],
  cpu: ['0', '1'],
  mm: ['1', '2'],
  op: [],
  line: [],
}

const JOINERS = ['and', 'or', 'not'] as const

export function complete(text: string): string[] {
  const cut = Math.max(text.lastIndexOf(' '), text.lastIndexOf('(')) + 1
  const before = text.slice(0, cut)
  const word = text.slice(cut)
  return candidates(word, before.trim() !== '').map((candidate) => before + candidate)
}

function candidates(word: string, joined: boolean): string[] {
  const [key = '', value] = word.split(':')
  if (value !== undefined) {
    const values = FILTER_KEYS[key] ?? []
    return values.filter((one) => one.startsWith(value) && one !== value).map((one) => `${key}:${one}`)
  }
  const keys = Object.keys(FILTER_KEYS).map((one) => `${one}:`)
  return [...keys, ...(joined ? JOINERS : [])].filter((one) => one.startsWith(word))
}
