/** Everything the protocol can ask of one trace. */
import type { Trace } from '../trace/trace.ts'
import type { Answers } from './protocol.ts'

export class TraceView {
  readonly trace: Trace

  constructor(trace: Trace) {
    this.trace = trace
  }

  state(_k: number): Answers['state'] {
    return missing()
  }

  tables(_k: number, _mm: number): Answers['tables'] {
    return missing()
  }

  table(_k: number, _id: number): Answers['table'] {
    return missing()
  }

  entry(_k: number, _id: number, _index: number): Answers['entry'] {
    return missing()
  }

  walk(_k: number, _mm: number, _va: string): Answers['walk'] {
    return missing()
  }

  events(_from: number, _count: number, _filter: string): Answers['events'] {
    return missing()
  }

  locate(_k: number, _filter: string): Answers['locate'] {
    return missing()
  }

  ops(_from: number, _count: number): Answers['ops'] {
    return missing()
  }

  counters(points: number): Answers['counters'] {
    return this.trace.samples.series(points, this.trace.length)
  }

  step(_k: number, _by: 'event' | 'op' | 'line', _direction: 1 | -1): Answers['step'] {
    return missing()
  }

  atLine(_line: number): Answers['atLine'] {
    return missing()
  }

  results(): Answers['results'] {
    return missing()
  }
}

function missing(): never {
  throw new Error('this question cannot be answered yet')
}
