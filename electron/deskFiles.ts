/** Serves the built desk inside the shell: only files of one folder, whatever the address says. */
import { join, normalize, sep } from 'node:path'

/** The file that an address names, or null when it lies outside the folder. */
export function fileFor(folder: string, url: string): string | null {
  if (!URL.canParse(url)) return null
  const path = decodePath(new URL(url).pathname)
  if (path === null || path.includes('\0')) return null
  const file = normalize(join(folder, path))
  return file.startsWith(normalize(folder) + sep) ? file : null
}

function decodePath(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}
