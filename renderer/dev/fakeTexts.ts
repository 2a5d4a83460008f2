import type { ArchRow, GalleryItem } from '../../src/host/protocol.ts'

export const FAKE_SOURCE = `import { KiB, MiB, scenario } from 'ptlab'

export default scenario({
  title: 'Fork and copy-on-write',
  about: \`What happens to the page tables when a process forks?\`,
  run({ machine, expect }) {
    const parent = machine.spawn('parent')
    const at = parent.mmap({ length: 66 * KiB(4), addr: 0x2000_001c_0000n })
    parent.write(at, { count: 66 })

    const child = parent.fork('child')
    expect(child.tables.count).toBe(parent.tables.count)
    child.write(at + 0x3f000n) // the last page of the first table
    expect(child.frame(at)).not.toBe(parent.frame(at))
    child.exit()
  },
})
`

const about = `How can two processes share every page and still not see each other's writes?

fork() copies the **page tables**, not the pages. Every writable entry loses its write bit in *both* processes, so that the next write traps.

- Run it (\`F5\`) and step to line 13.
- Look at \`pte[511]\` of the child before and after.
- Which CPU had to flush its TLB?

## What to look for

| step | entry | frame |
|---|---|---|
| after fork | read-only | shared |
| after write | writable | own |

\`\`\`
wp_page_copy()  mm/memory.c, 6.12
\`\`\`

> The parent reuses the page later without a copy, when it is the only one left.

See [the thread](https://example.org/thread).`

const lesson = (path: string, title: string, group: string, minutes: number): GalleryItem => ({
  path: `lessons/${path}`,
  title,
  group,
  minutes,
  about,
  own: false,
})

export const FAKE_GALLERY: GalleryItem[] = [
  lesson('first-touch.ts', 'First touch', 'Start here', 3),
  lesson('walk.ts', 'Walking one address', 'Start here', 4),
  lesson('fork-and-cow.ts', 'Fork and copy-on-write', 'Start here', 6),
  lesson('who-frees.ts', 'Who frees a page table?', 'Start here', 8),
  lesson('hog.ts', 'The 130 000-region hog', 'Who counts the page tables? · 2015', 9),
  lesson('zero.ts', 'The zero page', 'Start here', 4),
  { path: 'my/postgres-fork.ts', title: 'My question', group: '', minutes: 0, about: '', own: true },
  { path: 'my/broken.ts', title: 'Broken', group: '', minutes: 0, about: '', own: true },
]

export const FAKE_ARCHES: ArchRow[] = [
  'x86-64-4level',
  'x86-64-5level-la57on',
  'arm64-4k-va48',
  'arm64-16k-va47',
  'riscv64-sv48',
  's390x-5level',
].map((id, index) => ({
  id,
  aliases: index === 0 ? ['x86_64'] : [],
  family: id.split('-')[0] ?? id,
  title: id.replaceAll('-', ' '),
  levels: index === 0 ? 'pgd 512 · pud 512 · pmd 512 · pte 512' : 'pgd · p4d · pud · pmd · pte',
  mmu: true,
  pageSize: id.includes('16k') ? 16384 : 4096,
  bits: 64,
  historic: false,
  uncertain: index === 5,
}))

export const FAKE_TYPES = [
  {
    name: 'ptlab.d.ts',
    text: `declare module 'ptlab' {
  export function KiB(n: number): number
  export function MiB(n: number): number
  interface Process { /** fork(2) */ fork(name?: string): Process; write(at: bigint, args?: { count?: number }): void; mmap(args: { length: number; addr?: bigint }): bigint; exit(): void; frame(at: bigint): number | null; readonly tables: { readonly count: number } }
  interface Machine { spawn(name?: string): Process }
  export function scenario(spec: { title: string; about: string; run(context: { machine: Machine; expect: (actual: unknown) => { toBe(x: unknown): void; not: { toBe(x: unknown): void } } }): void }): unknown
}`,
  },
]
