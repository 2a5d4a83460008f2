import type { PaneView } from '../dock/mount.tsx'
import type { PaneId } from '../dock/paneIds.ts'
import { EditorPane } from '../editor/EditorPane.tsx'
import { ArchitecturesPane } from './ArchitecturesPane.tsx'
import { CallsPane } from './CallsPane.tsx'
import { ChartsPane } from './ChartsPane.tsx'
import { CostsPane } from './CostsPane.tsx'
import { ComparePane } from './ComparePane.tsx'
import { CpusPane } from './CpusPane.tsx'
import { EventPane } from './EventPane.tsx'
import { EventsPane } from './EventsPane.tsx'
import { ExpectationsPane } from './ExpectationsPane.tsx'
import { LessonPane } from './LessonPane.tsx'
import { MatrixPane } from './MatrixPane.tsx'
import { MmPane } from './MmPane.tsx'
import { ProcPane } from './ProcPane.tsx'
import { ScenariosPane } from './ScenariosPane.tsx'
import { ShootdownsPane } from './ShootdownsPane.tsx'
import { SpacePane } from './SpacePane.tsx'
import { StructPane } from './StructPane.tsx'
import { TablesPane } from './TablesPane.tsx'
import { ConsoleTab, DmesgTab, EditorTab, EventTab, ExpectationsTab } from './tabs.tsx'
import { ConsolePane, DmesgPane } from './TextPanes.tsx'
import { TimelinePane } from './TimelinePane.tsx'
import { TreePane } from './TreePane.tsx'
import { VmasPane } from './VmasPane.tsx'

/** Every pane of the desk. To add one: its id in dock/paneIds.ts, its place in dock/defaultLayout.ts, its view here. */
export const PANES: Readonly<Record<PaneId, PaneView>> = {
  scenarios: { title: 'Scenarios', Body: ScenariosPane },
  editor: { title: 'Editor', Body: EditorPane, Tab: EditorTab },
  lesson: { title: 'Lesson', Body: LessonPane },
  console: { title: 'Console', Body: ConsolePane, Tab: ConsoleTab },
  dmesg: { title: 'dmesg', Body: DmesgPane, Tab: DmesgTab },
  expectations: { title: 'Expectations', Body: ExpectationsPane, Tab: ExpectationsTab },
  tables: { title: 'Tables', Body: TablesPane },
  tree: { title: 'Tree', Body: TreePane },
  space: { title: 'Address space', Body: SpacePane },
  struct: { title: 'Struct layout', Body: StructPane },
  proc: { title: '/proc', Body: ProcPane },
  costs: { title: 'Costs', Body: CostsPane },
  archs: { title: 'Architectures', Body: ArchitecturesPane },
  compare: { title: 'Compare', Body: ComparePane },
  matrix: { title: 'Matrix', Body: MatrixPane },
  charts: { title: 'Charts', Body: ChartsPane },
  mm: { title: 'mm_struct', Body: MmPane },
  vmas: { title: 'VMAs', Body: VmasPane },
  cpus: { title: 'CPU & TLB', Body: CpusPane },
  event: { title: 'Event', Body: EventPane, Tab: EventTab },
  events: { title: 'Events', Body: EventsPane },
  calls: { title: 'Calls', Body: CallsPane },
  shootdowns: { title: 'Shootdowns', Body: ShootdownsPane },
  timeline: { title: 'Timeline', Body: TimelinePane },
}
