/**
 * Break-even formulas of the threads, with what this run counted put in (DIGEST G.9). They answer "what would it cost to do
 * it that way", also where the machine did it another way.
 */
import type { AppliedCost } from './units.ts'

/** What a run counted, for the formulas. */
export interface Counted {
  /** Entries set in the kernel half of a top table. */
  newTopEntries: number
  /** Living address spaces. */
  mms: number
  switches: number
  /** Faults on present entries, forked and cleared entries: who asks what page an entry owns. */
  vmNormalPage: number
  /** Bytes of tables, and what the kernel's own accounting knows of them, of all living mms. */
  tableBytes: number
  countedBytes: number
  /** Pages that hold tables smaller than a page, and the bytes of those tables. */
  fragmentPages: number
  fragmentBytes: number
  pageSize: number
}

export interface FormulaView {
  id: string
  title: string
  /** The formula in words. */
  formula: string
  /** The same with numbers. */
  filled: string
  value: number
  unit: 'ns' | 'bytes'
  about: string
}

const PROBES = 3

export function formulas(counted: Counted, costs: readonly AppliedCost[]): FormulaView[] {
  const ns = (id: string): number => costs.find((each) => each.id === id)?.ns ?? 0
  return [...propagation(counted, ns), ...pageOwner(counted, ns), ...memory(counted)]
}

type Ns = (id: string) => number

function propagation({ newTopEntries, mms, switches }: Counted, ns: Ns): FormulaView[] {
  const [visit, check] = [ns('visitListFar'), ns('check')]
  return [
    {
      id: 'walk',
      title: 'Telling every mm of a new kernel entry (C1, C3, C4)',
      formula: 'new top entries × mms × visit',
      filled: `${newTopEntries} × ${mms} × ${visit} ns`,
      value: newTopEntries * mms * visit,
      unit: 'ns',
      about: 'Paid once for every entry, under pgd_lock.',
    },
    {
      id: 'check',
      title: 'Checking at every switch instead (C2, C8)',
      formula: 'switches × check',
      filled: `${switches} × ${check} ns`,
      value: switches * check,
      unit: 'ns',
      about:
        'Paid for ever. The walk wins while it is the smaller of the two; small top tables turn that round.',
    },
  ]
}

function pageOwner({ vmNormalPage }: Counted, ns: Ns): FormulaView[] {
  const one = ns('lock') + PROBES * ns('visitList')
  const array = 2 * ns('visitArray')
  return [
    {
      id: 'list',
      title: 'vm_normal_page by a list of ranges (B1, B2)',
      formula: `calls × (lock + ${PROBES} steps × visit)`,
      filled: `${vmNormalPage} × (${ns('lock')} + ${PROBES} × ${ns('visitList')}) ns`,
      value: vmNormalPage * one,
      unit: 'ns',
      about: 'Ordinary memory is found only after every range was asked.',
    },
    {
      id: 'sparsemem',
      title: 'vm_normal_page by pfn_valid on sparsemem (B3)',
      formula: 'calls × 2 × visit',
      filled: `${vmNormalPage} × 2 × ${ns('visitArray')} ns`,
      value: vmNormalPage * array,
      unit: 'ns',
      about: 'One or two array elements for each call; a pte bit (B6) costs nothing.',
    },
  ]
}

function memory(counted: Counted): FormulaView[] {
  const { tableBytes, countedBytes, fragmentPages, fragmentBytes, pageSize } = counted
  const views: FormulaView[] = [
    {
      id: 'uncounted',
      title: 'Table memory that nobody counts (A)',
      formula: 'bytes of tables − bytes counted',
      filled: `${tableBytes} − ${countedBytes}`,
      value: tableBytes - countedBytes,
      unit: 'bytes',
      about: 'What the OOM killer does not see of the living processes.',
    },
  ]
  if (fragmentPages > 0)
    views.push({
      id: 'pinned',
      title: 'Memory pinned by half-used table pages (E)',
      formula: 'pages × page size − live fragments',
      filled: `${fragmentPages} × ${pageSize} − ${fragmentBytes}`,
      value: fragmentPages * pageSize - fragmentBytes,
      unit: 'bytes',
      about: 'A page of fragments goes back only with its last one.',
    })
  return views
}
