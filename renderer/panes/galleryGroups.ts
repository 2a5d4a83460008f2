import type { GalleryItem } from '../../src/host/protocol.ts'

export const OWN_GROUP = 'My scenarios'

export interface GalleryGroup {
  title: string
  items: GalleryItem[]
}

/** Lessons by group in the order the host gives them, 'Start here' first, the user's own files last. */
export function groupGallery(items: readonly GalleryItem[]): GalleryGroup[] {
  const groups = new Map<string, GalleryItem[]>()
  for (const item of items) {
    const title = item.own ? OWN_GROUP : item.group || 'More'
    const group = groups.get(title)
    if (group) group.push(item)
    else groups.set(title, [item])
  }
  const rows = [...groups].map(([title, members]) => ({ title, items: members }))
  return rows.sort((a, b) => weight(a.title) - weight(b.title))
}

function weight(title: string): number {
  if (title === 'Start here') return 0
  return title === OWN_GROUP ? 2 : 1
}
