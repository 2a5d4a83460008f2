import '../styles/struct.css'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { usePaneVisible } from '../dock/mount.tsx'
import { plural } from '../state/format.ts'
import { goTo } from '../state/position.ts'
import { trace } from '../state/runs.ts'
import { complaint, type Layout, layoutQuery, layoutWatched } from '../state/structLayout.ts'
import { StructBytes } from '../struct/StructBytes.tsx'
import { Empty } from '../ui/Empty.tsx'
import { NoTrace } from '../ui/NoTrace.tsx'

/** mm_struct as bytes, a column for each source file that was compiled with it. */
export function StructPane() {
  const visible = usePaneVisible()
  useEffect(() => {
    layoutWatched.value = visible.value
    return () => {
      layoutWatched.value = false
    }
  }, [visible.value])
  if (!trace.value)
    return (
      <NoTrace title="No kernel to look into yet">
        A struct has one layout, unless two source files were compiled with different ones. Run the lesson
        “One struct, two layouts”, or give a machine of your own a layout with other include lists.
      </NoTrace>
    )
  if (layoutQuery.error.value)
    return <Empty title="The layout cannot be shown">{layoutQuery.error.value}</Empty>
  const layout = layoutQuery.data.value
  if (layoutQuery.pending.value && !layout) return <Empty title="Reading the layout …" />
  if (!layout)
    return (
      <Empty title="This trace does not say" command="run.start">
        Traces hold the layout of mm_struct since ptlab knows of compilation units. Run the scenario again.
      </Empty>
    )
  return <Shown layout={layout} />
}

function Shown({ layout }: { layout: Layout }) {
  const field = useSignal('')
  const odd = layout.units.filter((unit) => complaint(layout, unit) !== '')
  return (
    <div class="struct-pane" data-testid="struct-pane">
      <Verdict layout={layout} odd={odd} />
      <StructBytes layout={layout} field={field} />
      <Hits layout={layout} />
      <p class="hint">{layout.source}</p>
    </div>
  )
}

function Verdict({ layout, odd }: { layout: Layout; odd: Layout['units'] }) {
  const [first] = layout.units
  if (odd.length === 0)
    return (
      <p class="struct-verdict" role="status" data-testid="struct-verdict">
        <b class="good">All {plural(layout.units.length, 'source file')} agree</b>: {layout.struct} has{' '}
        {first?.bytes} bytes up to def_flags.
      </p>
    )
  return (
    <div class="struct-verdict" role="status" data-testid="struct-verdict">
      {odd.map((unit) => (
        <p key={unit.unit} class="bad">
          <b>Mismatch.</b> {complaint(layout, unit)}{' '}
          {unit.sawFolded && `It had read ${unit.chain.join(' → ')} before the struct.`}
        </p>
      ))}
    </div>
  )
}

/** Writes that went into somebody else's field. */
function Hits({ layout }: { layout: Layout }) {
  if (layout.hits.length === 0) return null
  return (
    <section aria-label="Fields that were hit">
      <h2 class="section">Fields that were hit</h2>
      <ul class="struct-hits">
        {layout.hits.map((hit) => (
          <li key={hit.k}>
            <button type="button" class="link" onClick={() => goTo(hit.k)}>
              event {hit.k}
            </button>{' '}
            {hit.text}
          </li>
        ))}
      </ul>
    </section>
  )
}
