/** The page frames of a running machine as /proc's formatters ask for them. */
import { headOf, mapcountOf } from '../hw/folio.ts'
import type { Frames } from '../hw/frames.ts'
import type { PageFacts } from '../trace/proc/pages.ts'

export class FramePages implements PageFacts {
  private readonly frames: Frames

  constructor(frames: Frames) {
    this.frames = frames
  }

  kind(frame: number): number {
    return this.frames.kind[frame]
  }

  flags(frame: number): number {
    return this.frames.flags[frame]
  }

  mapcount(frame: number): number {
    return mapcountOf(this.frames, frame)
  }

  head(frame: number): number {
    return headOf(this.frames, frame)
  }
}
