import type { VmaView } from '../../src/trace/views.ts'
import { address, plural } from '../state/format.ts'
import { trace } from '../state/runs.ts'
import { focusAddress, focusVa } from '../state/selection.ts'
import { mm } from '../state/snapshots.ts'
import { NoTrace } from '../ui/NoTrace.tsx'
import { MmSelect } from '../ui/MmSelect.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { spanText, vmaAt } from './vmaText.ts'

const ROW = 36

export function VmasPane() {
  if (!trace.value)
    return (
      <NoTrace title="No mappings yet">
        Run the scenario: every vm_area_struct of the process appears here.
      </NoTrace>
    )
  const vmas = mm.value?.vmas ?? []
  return (
    <>
      <div class="pane-head">
        <MmSelect />
        <span class="dim">{plural(vmas.length, 'VMA')}</span>
      </div>
      {vmas.length === 0 ? (
        <p class="hint">This process maps nothing at this event. mmap() makes the first VMA.</p>
      ) : (
        <VirtualList
          label="VMAs"
          count={vmas.length}
          rowHeight={ROW}
          active={vmaAt(vmas, focusVa.value)}
          testId="vmas"
          onActivate={(index) => vmas[index] && focusAddress(vmas[index].start)}
          rowProps={(index) => ({
            class: 'vlist-row vma',
            'data-start': vmas[index]?.start,
            title: 'Walk the first address',
          })}
        >
          {(index) => (vmas[index] ? <Vma vma={vmas[index]} /> : null)}
        </VirtualList>
      )}
    </>
  )
}

function Vma({ vma }: { vma: VmaView }) {
  return (
    <>
      <span class="vma-range">
        {address(vma.start)}–{address(vma.end)} <b>{vma.perms}</b>
      </span>
      <span class="vma-note">
        {spanText(vma)} {vma.name || 'anonymous'} {vma.anonVma && '· anon_vma'} <i>{vma.flags}</i>
      </span>
    </>
  )
}
