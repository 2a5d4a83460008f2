/** What the OOM killer prints: dump_header, dump_tasks, __oom_kill_process (mm/oom_kill.c). */
import { MM } from '../../pgtable/fields.ts'
import { PAGE } from '../../trace/schema.ts'
import type { Kernel } from '../kernel.ts'
import type { MmStruct } from '../mmStruct.ts'
import type { Process } from '../process.ts'
import { mmRss, oomBadness } from './badness.ts'

const WARNING = 4
const INFO = 6
const ERR = 3

/** Flags of the two allocations that user memory is made of; 3.19 printed only the number. */
const GFP = {
  page: { old: '0x200da', now: '0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP)' },
  table: { old: '0x84d0', now: '0x400dc0(GFP_KERNEL_ACCOUNT|__GFP_ZERO)' },
}

/** dump_header and dump_tasks. */
export function dumpHeader(kernel: Kernel, current: Process | null, order: number, kind: number): void {
  const { oom } = kernel.behaviour
  const flags = GFP[kind === PAGE.table ? 'table' : 'page'][oom.tasksState ? 'now' : 'old']
  kernel.printk(
    WARNING,
    `${current?.name ?? 'swapper'} invoked oom-killer: gfp_mask=${flags}, order=${order}, oom_score_adj=0`,
  )
  if (oom.tasksState) kernel.printk(INFO, 'Tasks state (memory values in pages):')
  const pid = oom.pidWidth === 5 ? ' pid ' : '  pid  '
  const rss = oom.rssParts ? '     rss rss_anon rss_file rss_shmem' : '     rss'
  const heads = kernel.pt.accounting.oomColumns(kernel.processes[0].mm).map(({ head }) => head)
  kernel.printk(INFO, `[${pid}]   uid  tgid total_vm ${rss} ${heads.join(' ')} swapents oom_score_adj name`)
  for (const process of kernel.processes) kernel.printk(INFO, taskLine(kernel, process))
}

/** One row, in the widths of the format of dump_task. */
function taskLine(kernel: Kernel, { pid, name, mm }: Process): string {
  const { oom } = kernel.behaviour
  const columns = kernel.pt.accounting.oomColumns(mm)
  const parts = [MM.rss_anon, MM.rss_file, MM.rss_shmem].map((field) => mm.get(field))
  const cells = [
    `[${pad(pid, oom.pidWidth)}]`,
    pad(0, 5),
    pad(pid, 5),
    pad(mm.get(MM.total_vm), 8),
    pad(mmRss(mm), 8),
    ...(oom.rssParts ? [pad(parts[0], 8), pad(parts[1], 8), pad(parts[2], 9)] : []),
    ...columns.map(({ head, value }) => pad(value, head.startsWith('nr_') ? 7 : 8)),
    pad(mm.get(MM.rss_swap), 8),
    `        ${pad(0, 5)}`,
    name,
  ]
  return cells.join(' ')
}

/** What is said of the victim before it is killed. */
export function reportVictim(kernel: Kernel, chosen: Process, victim: Process): void {
  const { oom } = kernel.behaviour
  const { mm, pid, name } = victim
  if (oom.tasksState) {
    kernel.printk(
      INFO,
      `oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),global_oom,task=${name},pid=${pid},uid=0`,
    )
  }
  if (oom.sacrificesChild) {
    kernel.printk(
      ERR,
      `Out of memory: Kill process ${chosen.pid} (${chosen.name}) score ${perMille(kernel, chosen.mm)} or sacrifice child`,
    )
  }
  const { pageSize } = kernel.arch
  const k = (pages: number): string => `${Math.floor((pages * pageSize) / 1024)}kB`
  const shmem = oom.shmemRss ? `, shmem-rss:${k(mm.get(MM.rss_shmem))}` : ''
  const file = oom.shmemRss ? mm.get(MM.rss_file) : mm.get(MM.rss_file) + mm.get(MM.rss_shmem)
  const tables = Math.floor(kernel.pt.accounting.bytes(mm, kernel.arch) / 1024)
  const more = oom.pgtables ? `, UID:0 pgtables:${tables}kB oom_score_adj:0` : ''
  kernel.printk(
    ERR,
    `${oom.sacrificesChild ? '' : 'Out of memory: '}Killed process ${pid} (${name}) total-vm:${k(mm.get(MM.total_vm))}, anon-rss:${k(mm.get(MM.rss_anon))}, file-rss:${k(file)}${shmem}${more}`,
  )
}

/** oom_reaper: what could not be taken away at once; here that is nothing. */
export function reportReaped(kernel: Kernel, { pid, name }: Process): void {
  if (!kernel.behaviour.oom.reaper) return
  kernel.printk(
    INFO,
    `oom_reaper: reaped process ${pid} (${name}), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB`,
  )
}

export function reportDeadlock(kernel: Kernel): void {
  if (!kernel.behaviour.oom.lastOfEqual) {
    kernel.printk(0, 'Kernel panic - not syncing: Out of memory and no killable processes...')
    return
  }
  kernel.printk(WARNING, 'Out of memory and no killable processes...')
  kernel.printk(0, 'Kernel panic - not syncing: System is deadlocked on memory')
}

/** The score in messages: thousandths of all memory. */
function perMille(kernel: Kernel, mm: MmStruct): number {
  return Math.floor((oomBadness(kernel, mm) * 1000) / kernel.memory.allocator.total)
}

function pad(value: number, width: number): string {
  return String(value).padStart(width)
}
