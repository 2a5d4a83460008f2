/** The words of the event filter. The trace defines them; a test holds this copy to it, because the desk holds no trace code. */
export const FILTER_KEYS = {
  name: 'name of the event; * stands for anything: name:tlb_*',
  level: 'level of the table: level:pmd',
  mm: 'number of the mm: mm:2',
  cpu: 'number of the CPU: cpu:0 or cpu:0-3',
  op: 'number of the call: op:12 or op:12-20',
  line: 'source line of the call: line:19',
  va: 'events about the page at an address: va:0x7ffff7fff000',
  ctx: 'where the CPU was: ctx:softirq',
  field: 'changes of a field: field:map_count',
  table: 'number of the table: table:7',
  frame: 'page frame number: frame:0x1000',
} as const

export const EVENT_NAMES =
  'CHART COPY_PTES DMESG EXPECT FAULT_DONE FIELD GATHER_ADD GATHER_BEGIN GATHER_END GATHER_FLUSH LOG NOT_MODELLED OBJ_FREE OBJ_NEW PAGE_STATE PT_ALLOC PT_DEPOSIT PT_FREE PT_INSTALL PT_RACE_LOST PT_WITHDRAW SET_ENTRY STORE TLB_EVICT TLB_FILL TLB_FLUSH_SKIP_LAZY TLB_IPI ZAP_PTES mm_page_alloc mm_page_free page_fault_kernel page_fault_user rss_stat sched_switch set_p4d set_pgd set_pmd set_pte set_pud signal_deliver sys_enter sys_exit tlb_flush'.split(
    ' ',
  )

export const CONTEXTS = ['task', 'softirq', 'irq', 'nmi', 'entry', 'atomic', 'boot', 'kthread']
export const LEVEL_WORDS = ['pgd', 'p4d', 'pud', 'pmd', 'pte']
