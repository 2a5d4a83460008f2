/** Charts: points that scenarios add to named series. */
import { KIND } from '../trace/schema.ts'
import type { Recorder } from '../trace/recorder.ts'
import type { Chart } from './api.ts'
import { LabError } from './errors.ts'

export function createChart(trace: Recorder): Chart {
  const lengths = new Map<string, number>()
  return Object.freeze({
    series: (name: string) =>
      Object.freeze({
        add(y: number, x?: number): void {
          if (typeof y !== 'number' || (x !== undefined && typeof x !== 'number'))
            throw new LabError(`chart '${name}': add(y, x?) takes numbers`)
          const at = lengths.get(name) ?? 0
          lengths.set(name, at + 1)
          const halves = new Uint32Array(new Float64Array([x ?? at, y]).buffer)
          trace.emit(KIND.CHART, 0, 0, trace.string(name), halves[0], halves[1], halves[2], halves[3])
        },
      }),
  })
}
