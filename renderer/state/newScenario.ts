import type { GalleryItem } from '../../src/host/protocol.ts'

/** What a new scenario starts from: the smallest question that shows something in every pane. */
export const TEMPLATE = `import { KiB, scenario } from 'ptlab'

export default scenario({
  title: 'My question',
  about: \`What do I want to know, and where should I look?\`,
  run({ machine, expect, log }) {
    const process = machine.spawn('a')
    const at = process.mmap({ length: KiB(64) })

    process.write(at)
    log('the page went to frame', process.frame(at))
    expect(process.mm.rss.anon).toBe(1)
  },
})
`

/** A path beside the user's other scenarios that none of them has: name.ts, name-2.ts … */
export function freePath(items: readonly GalleryItem[], name: string): string {
  const own = items.find((item) => item.own)
  const folder = own ? own.path.slice(0, own.path.lastIndexOf('/') + 1) : 'my/'
  const stem = name.replace(/\.ts$/, '')
  const taken = new Set(items.map((item) => item.path))
  for (let n = 1; ; n++) {
    const path = `${folder}${stem}${n === 1 ? '' : `-${n}`}.ts`
    if (!taken.has(path)) return path
  }
}
