import { fileName } from '../state/format.ts'

/** Whether a file named in a trace or diagnostic is the scenario at `path`; traces may name it without its folder. */
export function sameFile(file: string, path: string): boolean {
  return file === path || file === '' || fileName(file) === fileName(path)
}
