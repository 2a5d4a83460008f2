import { useSignal } from '@preact/signals'
import type { CpuView, TlbEntryView } from '../../src/trace/views.ts'
import { address } from '../state/format.ts'
import { trace } from '../state/runs.ts'
import { state } from '../state/snapshots.ts'
import { NoTrace } from '../ui/NoTrace.tsx'

const SHOWN = 64

/** Per CPU: what it runs, which mm is loaded, and what its TLB still believes. */
export function CpusPane() {
  if (!trace.value)
    return (
      <NoTrace title="No CPU yet">
        Run the scenario: each CPU's loaded mm and TLB entries appear here, stale ones marked.
      </NoTrace>
    )
  const cpus = state.value?.cpus ?? []
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="CPUs and TLBs" data-testid="cpus">
      {cpus.map((cpu) => (
        <Cpu key={cpu.id} cpu={cpu} />
      ))}
    </div>
  )
}

function Cpu({ cpu }: { cpu: CpuView }) {
  const all = useSignal(false)
  const stale = cpu.entries.filter((entry) => entry.stale).length
  const shown = all.value ? cpu.entries : cpu.entries.slice(0, SHOWN)
  return (
    <section class="cpu" aria-label={`CPU ${cpu.id}`} data-cpu={cpu.id}>
      <h2 class="section">
        <b>CPU {cpu.id}</b>
        <span>{cpu.process || 'idle'}</span>
        <span>mm {cpu.loadedMm === 0 ? 'none' : cpu.loadedMm}</span>
        <span>tag {cpu.tag}</span>
        {cpu.lazy && <span class="warn">lazy</span>}
        <span class="grow" />
        {stale > 0 && <span class="bad">⚠ {stale} stale</span>}
        <span title="Entries in use of all slots">
          {cpu.used} / {cpu.size}
        </span>
      </h2>
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

function TlbRow({ entry }: { entry: TlbEntryView }) {
  return (
    <tr
      class={entry.stale ? 'stale' : ''}
      data-testid="tlb-row"
      data-va={entry.va}
      data-frame={entry.frame}
      data-stale={entry.stale}
      title={`slot ${entry.slot}`}
    >
      <td>{address(entry.va)}</td>
      <td title={`${entry.pages} base pages`}>{entry.pages}p</td>
      <td>{entry.perms}</td>
      <td>→ 0x{entry.frame.toString(16)}</td>
      <td title="address-space tag (PCID, ASID)">#{entry.tag}</td>
      <td>{entry.stale ? 'stale' : ''}</td>
    </tr>
  )
}
