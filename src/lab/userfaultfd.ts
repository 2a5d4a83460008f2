/**
 * userfaultfd as scenarios see it.
 */
import { errnoName } from '../mm/errno.ts'
import type { Process as KernelProcess } from '../mm/process.ts'
import { switchTo } from '../mm/switch.ts'
import { registerWp, unregister, writeProtect, type UserfaultContext } from '../mm/userfault.ts'
import type { Address, UserfaultArgs, Userfaultfd } from './api.ts'
import { recordCounters } from './counters.ts'
import { LabError, LinuxError } from './errors.ts'
import type { Bench } from './machine.ts'
import { hex } from './show.ts'

const KNOWN = ['handler', 'eventFork', 'wpUnpopulated']

export function openUserfaultfd(bench: Bench, process: KernelProcess, args: UserfaultArgs): Userfaultfd {
  for (const name of Object.keys(args))
    if (!KNOWN.includes(name))
      throw new LabError(`userfaultfd: '${name}' is not an argument; there are ${KNOWN.join(', ')}`)
  const { handler } = args
  if (handler !== undefined && typeof handler !== 'function')
    throw new LabError('userfaultfd: handler; give a function that is told { address }')
  const context: UserfaultContext = {
    handler:
      handler === undefined
        ? null
        : (faulting, vpn) =>
            handler(
              Object.freeze({
                address: bench.addresses.address(vpn),
                uffd: descriptor(bench, faulting, context),
              }),
            ),
    eventFork: args.eventFork === true,
    wpUnpopulated: args.wpUnpopulated === true,
  }
  return descriptor(bench, process, context)
}

/** The descriptor as `process` has it: a child that stays registered has one of its own. */
function descriptor(bench: Bench, process: KernelProcess, context: UserfaultContext): Userfaultfd {
  const { kernel } = bench
  const call = (
    name: string,
    addr: Address,
    length: number,
    rest: string,
    work: (from: number, to: number) => number,
  ): void =>
    ioctl(bench, process, `${name}(${hex(BigInt(addr))}, ${String(length)}${rest})`, addr, length, work)
  return Object.freeze({
    register: (addr: Address, length: number) =>
      call('register', addr, length, '', (from, to) => registerWp(kernel, process.mm, from, to, context)),
    unregister: (addr: Address, length: number) =>
      call('unregister', addr, length, '', (from, to) => unregister(kernel, process.mm, from, to)),
    writeprotect: (addr: Address, length: number, protect: boolean) =>
      call('writeprotect', addr, length, `, ${protect}`, (from, to) =>
        writeProtect(kernel, process.mm, from, to, protect),
      ),
  })
}

/** An ioctl on the descriptor: the range must lie on page borders. */
function ioctl(
  bench: Bench,
  process: KernelProcess,
  call: string,
  addr: Address,
  length: number,
  work: (from: number, to: number) => number,
): void {
  const { kernel, calls, addresses, pinned } = bench
  if (!process.alive) throw new LabError(`process ${process.name} (${process.pid}) has exited`)
  const text = `${process.name}.uffd.${call}`
  calls.run(
    process.pid,
    () => text,
    () => {
      switchTo(kernel, kernel.cpus[pinned ?? process.cpu], process)
      const start = addresses.parse(addr)
      const pages = addresses.pages(length)
      if (addresses.offset(start) !== 0 || addresses.offset(BigInt(length)) !== 0)
        throw new LinuxError(text, 'EINVAL')
      const from = addresses.page(start)
      const result = work(from, from + pages)
      recordCounters(process)
      if (result < 0) throw new LinuxError(text, errnoName(result))
    },
    () => '',
  )
}
