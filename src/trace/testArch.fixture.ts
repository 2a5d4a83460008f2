/** x86-64 with 4 levels, compiled on its own so that tests here depend on no other family. */
import { compileArch } from '../arch/compile.ts'
import { x86 } from '../arch/families/x86/index.ts'

const variant = x86.find(({ aliases }) => aliases?.includes('x86_64'))
if (!variant) throw new Error('no x86_64 among the x86 variants')

export const testArch = compileArch(variant, {})
