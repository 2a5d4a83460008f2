/** For tests that need the sandbox's processes: where they are, built first when stale. */
import { join } from 'node:path'
import { ensureBuilt, root } from '../../../bin/build.mjs'

export async function builtFolder(): Promise<string> {
  await ensureBuilt('node')
  return join(root, 'out/node')
}
