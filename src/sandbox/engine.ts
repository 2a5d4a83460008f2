/** What the JavaScript engine must know of the simulator. */
import { setFlagsFromString } from 'node:v8'

/**
 * A simulated access passes through some thirty small functions, more than V8 by default puts into one piece of machine
 * code: with room for all of them a fault takes a fifth less time. What is rarely called stays outside, or compiling takes
 * longer than it saves.
 */
export function tuneEngine(): void {
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000')
  setFlagsFromString('--min-inlining-frequency=0.3')
}
