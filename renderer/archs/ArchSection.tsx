import type { PageRow, PageSection } from '../state/archPages.ts'
import { BitDiagram } from './BitDiagram.tsx'

interface Props {
  section: PageSection
  ids: readonly [string, string | null]
  onlyDiffering: boolean
}

/** One section of the page of an architecture, or of two side by side with what differs marked. */
export function ArchSection({ section, ids, onlyDiffering }: Props) {
  const { title, left, right, rows, differing } = section
  const [first, second] = ids
  const shown = onlyDiffering ? rows.filter((row) => row.differs) : rows
  return (
    <section aria-label={title} data-section={section.id}>
      <h2 class="section">
        {title}
        {differing > 0 && <span class="arch-differing">≠ {differing}</span>}
      </h2>
      {left?.diagram && <BitDiagram diagram={left.diagram} label={second === null ? '' : first} />}
      {second !== null && right?.diagram && <BitDiagram diagram={right.diagram} label={second} />}
      <table class={`arch-rows ${second === null ? '' : 'two'}`}>
        {second !== null && (
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden-text">what</span>
              </th>
              <th scope="col">{first}</th>
              <th scope="col">{second}</th>
            </tr>
          </thead>
        )}
        <tbody>
          {shown.map((row) => (
            <Row key={row.name} row={row} two={second !== null} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Row({ row, two }: { row: PageRow; two: boolean }) {
  return (
    <tr class={row.differs ? 'differs' : ''} data-row={row.name} data-differs={row.differs}>
      <th scope="row">
        {row.differs && (
          <span class="sign">
            ≠<span class="hidden-text"> differs: </span>
          </span>
        )}
        {row.name}
      </th>
      <td>{row.left ?? <i>–</i>}</td>
      {two && <td>{row.right ?? <i>–</i>}</td>}
    </tr>
  )
}
