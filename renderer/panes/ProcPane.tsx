import '../styles/proc.css'
import { useEffect } from 'preact/hooks'
import type { ProcLine } from '../../src/trace/proc/diff.ts'
import type { ProcFile } from '../../src/trace/proc/files.ts'
import { choices } from '../state/choices.ts'
import { usePaneVisible } from '../dock/mount.tsx'
import { stepIn } from '../ui/stepIn.ts'
import { plural } from '../state/format.ts'
import { isOfProcess, procFile, procQuery, procSince, procWatched } from '../state/proc.ts'
import { useSignal } from '@preact/signals'
import { trace } from '../state/runs.ts'
import { CommandButton } from '../ui/CommandButton.tsx'
import { Empty } from '../ui/Empty.tsx'
import { MmSelect } from '../ui/MmSelect.tsx'
import { NoTrace } from '../ui/NoTrace.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'

const ROW = 18

/** Files of /proc after the event shown: names left, text right, changed lines marked. */
export function ProcPane() {
  const visible = usePaneVisible()
  useEffect(() => {
    procWatched.value = visible.value
  }, [visible.value])
  if (!trace.value)
    return (
      <NoTrace title="No /proc yet">
        Run the scenario: status, maps, smaps and the rest appear here as the kernel prints them, after every
        event.
      </NoTrace>
    )
  if (procQuery.error.value) return <Empty title="This file cannot be shown">{procQuery.error.value}</Empty>
  return (
    <div class="proc">
      <Files />
      <File />
    </div>
  )
}

function Files() {
  const files = choices.value.procFiles
  const key = (event: KeyboardEvent): void => {
    const at = files.findIndex(({ file }) => file === procFile.value)
    const next = stepIn(event.key, at, files.length)
    if (next === null) return
    event.preventDefault()
    procFile.value = files[next]?.file ?? 'status'
  }
  return (
    <div
      class="proc-files"
      role="listbox"
      tabIndex={0}
      aria-label="Files of /proc"
      aria-activedescendant={`proc-${procFile.value}`}
      data-testid="proc-files"
      data-autofocus
      onKeyDown={key}
    >
      {files.map(({ file, ofProcess, about }) => (
        <div
          key={file}
          id={`proc-${file}`}
          class="proc-file"
          role="option"
          aria-selected={file === procFile.value}
          title={about}
          onClick={() => (procFile.value = file)}
        >
          <span class="dim">{ofProcess ? 'PID/' : ''}</span>
          {file}
        </div>
      ))}
    </div>
  )
}

function File() {
  const view = procQuery.data.value
  const file = procFile.value
  const lines = view?.file === file ? view.lines : []
  const active = useSignal(-1)
  const changed = lines.filter(({ mark }) => mark !== ' ').length
  return (
    <div class="proc-text">
      <div class="pane-head">
        {isOfProcess(file) && <MmSelect />}
        <span>{pathOf(file, view?.pid ?? 0)}</span>
        <span class="grow" />
        <span data-testid="proc-changed" data-count={changed}>
          {changed === 0 ? 'unchanged' : plural(changed, 'line') + ' changed'} since {sinceText()}
        </span>
        <CommandButton id="proc.copy">Copy</CommandButton>
      </div>
      {view && lines.length === 0 ? (
        <Nothing file={file} />
      ) : (
        <VirtualList
          label={`${pathOf(file, view?.pid ?? 0)}, changed lines begin with a sign`}
          count={lines.length}
          rowHeight={ROW}
          active={Math.min(active.value, lines.length - 1)}
          testId="proc-lines"
          onActivate={(index) => (active.value = index)}
          rowProps={(index) => rowProps(lines[index])}
        >
          {(index) => <Line line={lines[index]} />}
        </VirtualList>
      )}
      {(view?.left ?? 0) > 0 && <p class="hint">{plural(view?.left ?? 0, 'more line')} not shown.</p>}
    </div>
  )
}

const CLASSES = { ' ': '', '+': 'is-new', '−': 'is-gone', '~': 'is-changed' } as const

function rowProps(line: ProcLine | undefined): Record<string, string> {
  return { class: `vlist-row proc-line ${line ? CLASSES[line.mark] : ''}`, 'data-mark': line?.mark ?? '' }
}

const WORDS = { ' ': '', '+': 'new: ', '−': 'gone: ', '~': 'changed: ' } as const

function Line({ line }: { line: ProcLine | undefined }) {
  if (!line) return null
  return (
    <>
      <span class="mark" aria-hidden="true">
        {line.mark}
      </span>
      <span class="hidden-text">{WORDS[line.mark]}</span>
      <span class="proc-said">{line.text}</span>
      {line.was && <span class="was">was {line.was.replace(/^\S+\s+/, '')}</span>}
    </>
  )
}

function Nothing({ file }: { file: ProcFile }) {
  if (isOfProcess(file) && procQuery.data.value?.processes.length === 0)
    return (
      <Empty title="No process lives at this event" command="step.op">
        Step to the call that makes one, or back before the exit.
      </Empty>
    )
  if (file === 'maps' || file === 'smaps' || file === 'pagemap')
    return <Empty title="Nothing is mapped at this event">mmap() makes the first VMA.</Empty>
  return <Empty title="Empty at this event" command="step.op" />
}

function pathOf(file: ProcFile, pid: number): string {
  return isOfProcess(file) ? `/proc/${pid}/${file}` : `/proc/${file}`
}

function sinceText(): string {
  return procSince.value < 0 ? 'the start' : `event ${procSince.value}`
}
