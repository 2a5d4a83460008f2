/**
 * The scenarios of the gallery: lessons that come with the lab, and the user's own. Their paths in the protocol are
 * 'lessons/NAME' and 'my/NAME'; nothing outside those two folders can be named.
 */
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import type { Answers, GalleryItem } from './protocol.ts'
import { writeFileAtomic } from './atomicFile.ts'
import { findScenarios } from './scenarioFiles.ts'

export const LESSONS = 'lessons/'
const OWN = 'my/'
const SEGMENT = /^[\p{L}\p{N}_][\p{L}\p{N} ._()+-]*$/u
/** Names that Windows keeps for devices. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

export interface Place {
  /** Folder that imports may not leave. */
  root: string
  /** Name inside root, with forward slashes. */
  name: string
  own: boolean
}

export class Library {
  private readonly lessons: string
  private readonly mine: string

  constructor(lessons: string, mine: string) {
    this.lessons = lessons
    this.mine = mine
  }

  gallery(): GalleryItem[] {
    return [...this.items(this.lessons, LESSONS, false), ...this.items(this.mine, OWN, true)]
  }

  read(path: string): Answers['readScenario'] {
    const place = this.place(path)
    const file = join(place.root, place.name)
    if (!existsSync(file)) throw new Error(`${path}: there is no such scenario`)
    this.refuseLinks(place, path)
    return { path, text: readFileSync(file, 'utf8'), own: place.own }
  }

  save(path: string, text: string): Answers['saveScenario'] {
    const place = this.ownPlace(
      path,
      'saved under this name: lessons stay as they are, use a name that begins with my/',
    )
    this.refuseLinks(place, path)
    writeFileAtomic(join(place.root, place.name), text)
    return { path }
  }

  delete(path: string): Record<string, never> {
    const place = this.ownPlace(path, 'deleted: lessons stay as they are')
    this.refuseLinks(place, path)
    const file = join(place.root, place.name)
    if (!existsSync(file)) throw new Error(`${path}: there is no such scenario`)
    rmSync(file)
    return {}
  }

  /** Where a path of the protocol lies on the disk. @throws Error for a path that names nothing of the gallery. */
  place(path: string): Place {
    const own = path.startsWith(OWN)
    if (!own && !path.startsWith(LESSONS))
      throw new Error(`${path}: a scenario's path begins with ${OWN} or ${LESSONS}`)
    const name = path.slice((own ? OWN : LESSONS).length)
    const segments = name.split('/')
    const wrong = segments.find(
      (each) => !SEGMENT.test(each) || DEVICE.test(each) || each.endsWith('.') || each.endsWith(' '),
    )
    if (wrong !== undefined)
      throw new Error(
        `${path}: '${wrong}' cannot be part of a name; use letters, digits, spaces and . _ - + ( )`,
      )
    if (!name.endsWith('.ts')) throw new Error(`${path}: a scenario's name ends with .ts`)
    return { root: own ? this.mine : this.lessons, name, own }
  }

  private ownPlace(path: string, action: string): Place {
    const place = this.place(path)
    if (!place.own) throw new Error(`${path} cannot be ${action}`)
    mkdirSync(place.root, { recursive: true })
    return place
  }

  /** A link inside the folder may point anywhere. */
  private refuseLinks({ root, name }: Place, path: string): void {
    let existing = join(root, name)
    while (!existsSync(existing)) existing = dirname(existing)
    const base = realpathSync(root)
    const real = realpathSync(existing)
    if (real !== base && !real.startsWith(base + sep))
      throw new Error(`${path}: leads out of the scenario folder`)
  }

  private items(folder: string, prefix: string, own: boolean): GalleryItem[] {
    if (!existsSync(folder) || !statSync(folder).isDirectory()) return []
    // What the user wrote is shown whatever state it is in.
    return findScenarios(folder, own).map(({ name, title, about, group, minutes }) => ({
      path: prefix + name,
      title: title || name.replace(/\.ts$/, ''),
      group: group || (own ? 'My scenarios' : 'Lessons'),
      minutes,
      about,
      own,
    }))
  }
}
