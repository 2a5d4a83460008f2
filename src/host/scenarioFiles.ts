/** Finds scenario files under a folder. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readMeta } from '../sandbox/meta/meta.ts'
import type { ScenarioMeta } from '../sandbox/meta/meta.ts'

export interface FoundScenario extends ScenarioMeta {
  /** Relative to the folder, with forward slashes. */
  name: string
  text: string
}

/**
 * Every .ts file below the folder that declares a scenario, or with `all` every .ts file, sorted by name. Hidden folders
 * and node_modules are left out.
 */
export function findScenarios(folder: string, all = false): FoundScenario[] {
  const nothing = all ? { title: '', about: '', group: '', minutes: 0 } : null
  return listTypeScript(folder, '').flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    const meta = readMeta(text) ?? nothing
    return meta ? [{ ...meta, name, text }] : []
  })
}

function listTypeScript(folder: string, below: string): string[] {
  const entries = readdirSync(join(folder, below), { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )
  return entries.flatMap((entry) => {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') return []
    const name = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) return listTypeScript(folder, name)
    const isSource = entry.isFile() && entry.name.endsWith('.ts') && !/\.(d|test)\.ts$/.test(entry.name)
    return isSource ? [name] : []
  })
}
