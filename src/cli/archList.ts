/** Lists of architectures in command lines. */
import { variants } from '../arch/index.ts'
import { nearest, UsageError } from './args.ts'

/** Ids and aliases as given, checked; 'all' stands for every variant. @throws UsageError */
export function archsOf(wanted: string[]): string[] {
  if (wanted.includes('all')) return variants().map((each) => each.id)
  const names = variants().flatMap((each) => [each.id, ...(each.aliases ?? [])])
  for (const name of wanted) {
    if (names.includes(name)) continue
    const near = nearest(name, names)
    throw new UsageError(
      `there is no architecture '${name}'${near ? ` (did you mean ${near}?)` : ''}; ptlab archs lists all`,
    )
  }
  return wanted
}
