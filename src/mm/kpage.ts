/** /proc/kpagecount and /proc/kpageflags of one page frame of a running machine (fs/proc/page.c, 6.12). */
import { mapcountOf } from '../hw/folio.ts'
import { kpageFlagsOf } from '../trace/proc/kpage.ts'
import type { Kernel } from './kernel.ts'
import { FramePages } from './pageFacts.ts'

export { KPF } from '../trace/proc/kpage.ts'

/** How often the page is mapped. */
export function kpageCount(kernel: Kernel, frame: number): number {
  return mapcountOf(kernel.memory.frames, frame)
}

/** The flags as bits numbered by KPF. */
export function kpageFlags(kernel: Kernel, frame: number): number {
  return kpageFlagsOf(new FramePages(kernel.memory.frames), kernel.behaviour.tailsShowFolioFlags, frame)
}
