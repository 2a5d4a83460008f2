/**
 * Vite plugin: gives every function that can reach a yield point its second, steppable body. What is built without it
 * runs as always, but cannot run a race.
 */
import { relative, sep } from 'node:path'
import type { Plugin } from 'vite'
import { buildProject, type Built } from './project.ts'

export function steppable(root: string): Plugin {
  let building: Promise<Built> | null = null
  return {
    name: 'ptlab-steppable',
    enforce: 'pre',
    buildStart() {
      building = null
    },
    watchChange() {
      building = null
    },
    async transform(_code, id) {
      if (id.includes('?') || id.includes('\0')) return null
      const file = relative(root, id).split(sep).join('/')
      if (!file.startsWith('src/')) return null
      building ??= buildProject(root)
      const code = (await building).code[file]
      return code === undefined ? null : { code, map: null }
    },
  }
}
