/** What the kernel says of tasks that wait for ever (kernel/hung_task.c, kernel/watchdog.c). */
import { PROCESS } from '../../pgtable/fields.ts'
import type { Kernel } from '../kernel.ts'
import { TASK_UNINTERRUPTIBLE, type Process } from '../process.ts'
import type { NeverReleased } from './aliasedLock.ts'

const ERR = 3
const EMERG = 0

/** The task stays where it is: state D, or running in circles. */
export function hang(kernel: Kernel, process: Process, { waitsFor, spins }: NeverReleased): void {
  const { name, pid } = process
  process.set(PROCESS.state, TASK_UNINTERRUPTIBLE)
  process.waitsFor = waitsFor
  if (spins) {
    kernel.printk(EMERG, `BUG: soft lockup - CPU#${kernel.cpu.id} stuck for 22s! [${name}:${pid}]`)
    return
  }
  kernel.printk(ERR, `INFO: task ${name}:${pid} blocked for more than 120 seconds.`)
  kernel.printk(ERR, `      Not tainted ${kernel.behaviour.kernel} #1`)
  kernel.printk(ERR, '"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.')
  kernel.printk(ERR, `${name.padEnd(15)} D ${waitsFor}`)
}
