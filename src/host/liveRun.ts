/** A run as the host sees it: what the checker said, and per machine how far it came and its trace. */
import { readDeclaration } from '../arch/declaration.ts'
import { declareVariant } from '../arch/declare.ts'
import { findVariant } from '../arch/index.ts'
import type { MachineSpec } from '../lab/api.ts'
import type { ChunkMessage, EndMessage, Problem, RunError, RunnerMessage } from '../sandbox/messages.ts'
import type { JobEnd, JobListener } from '../sandbox/session.ts'
import type { MachineHeader } from '../trace/schema.ts'
import { Trace } from '../trace/trace.ts'

export type LiveStatus = 'waiting' | 'running' | 'passed' | 'failed' | 'skipped' | 'error' | 'stopped'

/** Shown until the machine is built and says itself. */
export const DEFAULT_KERNEL_TEXT = 'default kernel'

export class LiveMachine {
  status: LiveStatus = 'waiting'
  reason = ''
  error: RunError | null = null
  header: MachineHeader | null = null
  trace: Trace | null = null
  /** As the runner counted them: also known when there is no trace. */
  passed = 0
  failed = 0
  readonly spec: MachineSpec
  private knownPageSize: number | null = null

  constructor(spec: MachineSpec) {
    this.spec = spec
  }

  /** Bytes; that of the architecture asked for until the machine is built. */
  get pageSize(): number {
    this.knownPageSize ??= pageSizeOf(this.spec, this.header)
    return this.knownPageSize
  }

  get title(): string {
    return machineTitle(this.spec, this.header)
  }

  begin(header: MachineHeader): void {
    this.status = 'running'
    this.header = header
    this.knownPageSize = null
    this.trace = new Trace(header)
  }

  append(chunk: ChunkMessage, bytes: Uint8Array): void {
    const words = new Uint32Array(bytes.length / 4)
    new Uint8Array(words.buffer).set(bytes)
    this.trace?.append({ ...chunk, words })
  }

  end({ status, reason, error, passed, failed }: EndMessage): void {
    Object.assign(this, { status, reason: error?.message ?? reason, error, passed, failed })
  }

  /** What the run's end means for a machine that did not come to its own. */
  cutOff(status: LiveStatus, error: RunError): void {
    if (this.status !== 'waiting' && this.status !== 'running') return
    // Of those that were still to come nothing is wrong in the source.
    if (this.status === 'running' && status === 'error') this.error = error
    this.status = status
    this.reason = error.message
  }
}

export class LiveRun implements JobListener {
  title = ''
  checked = false
  problems: Problem[] = []
  machines: LiveMachine[] = []
  /** Wrong before the first machine: the scenario's top level threw, or it is no scenario. */
  planError: RunError | null = null
  end: JobEnd | null = null
  /** Said to the user when the run is shown. */
  notice = ''
  /** Called after every change; `chunk` tells a mere growth of the trace. */
  onChange: (what: 'state' | 'chunk') => void = () => undefined

  onChecked(problems: Problem[]): void {
    this.checked = true
    this.problems = problems
    this.onChange('state')
  }

  onMessage(message: RunnerMessage, binary: Uint8Array): void {
    if (message.type === 'plan') {
      this.title = message.title
      this.planError = message.error
      this.machines = message.machines.map((spec) => new LiveMachine(spec))
    } else if (message.type === 'begin') this.machines[message.machine].begin(message.header)
    else if (message.type === 'chunk') this.machines[message.machine].append(message, binary)
    else if (message.type === 'end') this.machines[message.machine].end(message)
    this.onChange(message.type === 'chunk' ? 'chunk' : 'state')
  }

  finish(end: JobEnd): void {
    this.end = end
    if (end.state === 'stopped' || end.state === 'failed') {
      const { message, at } = end
      const error: RunError = { message: at ? `${message}; it was here` : message, at, internal: false }
      if (this.checked && this.machines.length === 0 && end.state === 'failed') this.planError ??= error
      for (const machine of this.machines)
        machine.cutOff(end.state === 'stopped' ? 'stopped' : 'error', error)
    }
    this.onChange('state')
  }
}

/** One line that tells machines of a run apart: what was built, and what was asked for beyond the usual. */
export function machineTitle(spec: MachineSpec, header: MachineHeader | null): string {
  const parts = [archName(spec, header), header?.kernel ?? spec.kernel ?? DEFAULT_KERNEL_TEXT]
  const cpus = spec.cpus ?? 1
  if (cpus > 1) parts.push(`${cpus} CPUs`)
  for (const group of [spec.features, spec.config, spec.policies]) {
    parts.push(...Object.entries(group ?? {}).map(([name, value]) => `${name}=${value}`))
  }
  return parts.join(' · ')
}

const USUAL_PAGE_SIZE = 4096

function pageSizeOf(spec: MachineSpec, header: MachineHeader | null): number {
  const declared = header?.definition ?? (typeof spec.arch === 'object' ? spec.arch : null)
  try {
    const variant = declared ? declareVariant(readDeclaration(declared)) : findVariant(archName(spec, header))
    return 2 ** variant.pageShift
  } catch {
    // The run's own error says what is wrong with it.
    return USUAL_PAGE_SIZE
  }
}

/** Id of the architecture, also of one the scenario declares. */
export function archName({ arch }: MachineSpec, header: MachineHeader | null): string {
  return header?.arch ?? (typeof arch === 'object' ? arch.id : arch) ?? 'x86_64'
}
