import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { CpuView, OpenView, TlbEntryView } from '../../src/trace/views.ts'
import { usePaneVisible } from '../dock/mount.tsx'
import { address, plural } from '../state/format.ts'
import { goTo } from '../state/position.ts'
import { trace } from '../state/runs.ts'
import { state } from '../state/snapshots.ts'
import { cpusWatched, openQuery } from '../state/sync.ts'
import { NoTrace } from '../ui/NoTrace.tsx'

const SHOWN = 64

/** Per CPU: what it does, which mm is loaded, whom it waits for, and what its TLB still believes. */
export function CpusPane() {
  const visible = usePaneVisible()
  useEffect(() => {
    cpusWatched.value = visible.value
  }, [visible.value])
  if (!trace.value)
    return (
      <NoTrace title="No CPU yet">
        Run the scenario: each CPU's work, loaded mm and TLB entries appear here, stale ones marked.
      </NoTrace>
    )
  const cpus = state.value?.cpus ?? []
  const open = openQuery.data.value
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="CPUs and TLBs" data-testid="cpus">
      {cpus.length > 1 && <Glance cpus={cpus} open={open} />}
      {open && <Waits open={open} />}
      {cpus.map((cpu) => (
        <Cpu key={cpu.id} cpu={cpu} />
      ))}
    </div>
  )
}

/** One line for each CPU. */
function Glance({ cpus, open }: { cpus: readonly CpuView[]; open: OpenView | null }) {
  const waiting = (cpu: number): number => open?.pending.filter(({ to }) => to === cpu).length ?? 0
  return (
    <table class="tlb glance" data-testid="cpus-glance">
      <thead>
        <tr>
          <th scope="col">CPU</th>
          <th scope="col">runs</th>
          <th scope="col">mm</th>
          <th scope="col">tag</th>
          <th scope="col">TLB</th>
        </tr>
      </thead>
      <tbody>
        {cpus.map((cpu) => (
          <tr key={cpu.id} data-cpu={cpu.id}>
            <th scope="row">{cpu.id}</th>
            <td title={cpu.call}>
              {cpu.process || 'idle'}
              {cpu.context !== '' && cpu.context !== 'task' && ` · ${cpu.context}`}
              {cpu.call !== '' && <b class="work"> ▸</b>}
              {waiting(cpu.id) > 0 && <b class="warn"> {plural(waiting(cpu.id), 'IPI')} waiting</b>}
            </td>
            <td>{mmText(cpu)}</td>
            <td>{cpu.loadedMm === 0 ? '' : `#${cpu.tag}`}</td>
            <td>
              {cpu.used}
              {staleCount(cpu) > 0 && <span class="bad"> ⚠{staleCount(cpu)}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function mmText({ loadedMm, activeMm, lazy }: CpuView): string {
  if (loadedMm === 0 && activeMm === 0) return 'none'
  const loaded = loadedMm === 0 ? 'none' : String(loadedMm)
  const active = activeMm !== loadedMm && activeMm !== 0 ? `, active ${activeMm}` : ''
  return `${loaded}${active}${lazy ? ' (lazy)' : ''}`
}

function staleCount(cpu: CpuView): number {
  return cpu.entries.filter((entry) => entry.stale).length
}

const KINDS: Record<OpenView['open'][number]['kind'], string> = {
  gather: 'mmu_gather open',
  rcu: 'tables wait for a grace period',
  wait: 'frees wait for interrupts',
  walker: 'lockless walker inside',
  lock: 'a task waits for a lock',
}

/** Interrupts nobody took yet, gathers, grace periods: each leads to the event where it began. */
function Waits({ open }: { open: OpenView }) {
  if (open.pending.length + open.open.length === 0) return null
  return (
    <section aria-label="What waits" data-testid="cpus-waits">
      <h2 class="section">Open at this event</h2>
      <ul class="waits">
        {open.pending.map((one) => (
          <li key={`${one.k} ${one.to}`}>
            <button type="button" class="btn link" onClick={() => goTo(one.k)}>
              {one.k}
            </button>{' '}
            CPU {one.from} waits for CPU {one.to} to take an interrupt
          </li>
        ))}
        {open.open.map((one) => (
          <li key={`${one.kind} ${one.k}`}>
            <button type="button" class="btn link" onClick={() => goTo(one.k)}>
              {one.k}
            </button>{' '}
            CPU {one.cpu}, mm {one.mm}: {KINDS[one.kind]}
            {one.waitsFor.length > 0 && `, for CPU ${one.waitsFor.join(', ')}`}
            {one.text && <span class="dim"> · {one.text}</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Cpu({ cpu }: { cpu: CpuView }) {
  const all = useSignal(false)
  const stale = staleCount(cpu)
  const shown = all.value ? cpu.entries : cpu.entries.slice(0, SHOWN)
  return (
    <section class="cpu" aria-label={`CPU ${cpu.id}`} data-cpu={cpu.id}>
      <h2 class="section">
        <b>CPU {cpu.id}</b>
        <span>{cpu.process || 'idle'}</span>
        <span title="Loaded address space (active_mm where it differs)">mm {mmText(cpu)}</span>
        <span>tag {cpu.tag}</span>
        {cpu.context !== '' && cpu.context !== 'task' && <span>{cpu.context}</span>}
        <span class="grow" />
        {stale > 0 && <span class="bad">⚠ {stale} stale</span>}
        <span title="Entries in use of all slots">
          {cpu.used} / {cpu.size}
        </span>
      </h2>
      {cpu.call !== '' && <p class="cpu-call">in {cpu.call}</p>}
      {cpu.entries.length === 0 ? (
        <p class="hint">TLB empty</p>
      ) : (
        <table class="tlb">
          <thead class="hidden-text">
            <tr>
              <th scope="col">address</th>
              <th scope="col">size</th>
              <th scope="col">rights</th>
              <th scope="col">frame</th>
              <th scope="col">tag</th>
              <th scope="col">state</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((entry) => (
              <TlbRow key={entry.slot} entry={entry} />
            ))}
          </tbody>
        </table>
      )}
      <WalkerCache cpu={cpu} />
      {cpu.entries.length > shown.length && (
        <button type="button" class="btn more" onClick={() => (all.value = true)}>
          Show {cpu.entries.length - shown.length} more
        </button>
      )}
      {all.value && cpu.used > cpu.entries.length && (
        <p class="hint">
          The {cpu.entries.length} filled last of {cpu.used}.
        </p>
      )}
    </section>
  )
}

/** Where the walker knows tables to be: why a freed table must be told to CPUs that use no page below it. */
function WalkerCache({ cpu }: { cpu: CpuView }) {
  if (cpu.walker.length === 0) return null
  return (
    <table class="tlb" aria-label={`Paging-structure cache of CPU ${cpu.id}`} data-testid="walker-cache">
      <tbody>
        {cpu.walker.map((one) => (
          <tr
            key={`${one.slot} ${one.level}`}
            class={one.why === '' ? '' : 'stale'}
            title={`slot ${one.slot}`}
          >
            <td>{address(one.va)}</td>
            <td>{one.level === null ? 'no entry' : `${one.level} table ${one.table}`}</td>
            <td>
              #{one.tag}
              {one.mm > 0 && ` mm ${one.mm}`}
            </td>
            <td class="why">{one.why === '' ? '' : `stale: ${one.why}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function TlbRow({ entry }: { entry: TlbEntryView }) {
  return (
    <tr
      class={entry.stale ? 'stale' : ''}
      data-testid="tlb-row"
      data-va={entry.va}
      data-frame={entry.frame}
      data-stale={entry.stale}
      title={`slot ${entry.slot}${entry.why && `: ${entry.why}`}`}
    >
      <td>{address(entry.va)}</td>
      <td title={`${entry.pages} base pages`}>{entry.pages}p</td>
      <td>{entry.perms}</td>
      <td>→ 0x{entry.frame.toString(16)}</td>
      <td title="address-space tag (PCID, ASID) and what it stands for">
        #{entry.tag}
        {entry.mm > 0 && ` mm ${entry.mm}`}
      </td>
      <td class="why">{entry.stale ? `stale: ${entry.why}` : ''}</td>
    </tr>
  )
}
