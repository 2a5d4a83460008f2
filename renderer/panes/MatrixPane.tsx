import '../styles/matrix.css'
import { useEffect } from 'preact/hooks'
import { Grid } from '../matrix/Grid.tsx'
import { openCell } from '../matrix/openCell.ts'
import { VERDICT_MARKS } from '../matrix/verdictMarks.ts'
import { plural } from '../state/format.ts'
import {
  cellKey,
  cells,
  focused,
  loadSeams,
  matrixFilter,
  progress,
  seam,
  shownRows,
  stopMatrix,
  tally,
} from '../state/matrix.ts'
import { CommandButton } from '../ui/CommandButton.tsx'
import { Empty } from '../ui/Empty.tsx'

/** Which alternative works on which architecture: each cell is a run, each verdict the kernel's own message. */
export function MatrixPane() {
  useEffect(() => void loadSeams(), [])
  const chosen = seam.value
  if (!chosen) return <Empty title="Asking the host …" />
  return (
    <div class="matrix" data-testid="matrix-pane" data-done={progress.value === null && cells.value.size > 0}>
      <Head />
      {cells.value.size === 0 && progress.value === null ? (
        <Empty title={chosen.title} command="matrix.run">
          Runs a set of small stories on every architecture with every alternative, about a thousand machines,
          and shows what each kernel complains of. A click on a cell then runs it on the desk.
        </Empty>
      ) : (
        <>
          <div class="scroll matrix-scroll">
            <Grid seam={chosen} />
          </div>
          <Details />
        </>
      )}
    </div>
  )
}

function Head() {
  const going = progress.value
  return (
    <div class="pane-head matrix-head">
      <input
        class="field"
        type="search"
        aria-label="Filter architectures and verdicts"
        placeholder="s390, residue …"
        spellcheck={false}
        data-autofocus
        data-testid="matrix-filter"
        value={matrixFilter.value}
        onInput={(event) => (matrixFilter.value = event.currentTarget.value)}
      />
      <span class="dim" data-testid="matrix-count">
        {plural(shownRows.value.length, 'architecture')}
      </span>
      {going ? (
        <>
          <progress aria-label="Architectures run" max={going.total} value={going.done} />
          <span class="dim" aria-live="polite">
            {going.done} of {going.total}
          </span>
          <button type="button" class="btn quiet" onClick={stopMatrix}>
            Stop
          </button>
        </>
      ) : (
        <CommandButton id="matrix.run" class="quiet" showKey={false}>
          {cells.value.size === 0 ? 'Run' : 'Run what is missing'}
        </CommandButton>
      )}
      <span class="matrix-tally" data-testid="matrix-tally">
        {[...tally.value].sort(worksLast).map(([verdict, count]) => {
          const mark = VERDICT_MARKS[verdict as keyof typeof VERDICT_MARKS]
          return (
            <span key={verdict} class={mark.look} title={mark.about}>
              <span aria-hidden="true">{mark.sign}</span> {count} {verdict}
            </span>
          )
        })}
      </span>
    </div>
  )
}

function worksLast([a]: [string, number], [b]: [string, number]): number {
  return Number(a === 'works') - Number(b === 'works')
}

/** What the focused cell's kernel said. */
function Details() {
  const at = focused.value
  const cell = at ? cells.value.get(cellKey(at.arch, at.alternative)) : undefined
  if (!cell)
    return (
      <p class="matrix-details dim">Move with the arrow keys; Enter or a click runs the cell on the desk.</p>
    )
  const { evidence } = cell
  return (
    <p class="matrix-details" aria-live="polite" data-testid="matrix-details">
      <b>
        {cell.arch} · {cell.spec.kernel} · {cell.alternative}: {cell.verdict}
      </b>
      {evidence && <code>{evidence.message}</code>}
      {evidence?.call && (
        <span class="dim">
          in {evidence.call}, line {evidence.line}
          {evidence.story && `: ${evidence.story}`}
        </span>
      )}
      <button type="button" class="btn quiet" onClick={() => void openCell(cell)}>
        Run on the desk
      </button>
    </p>
  )
}
