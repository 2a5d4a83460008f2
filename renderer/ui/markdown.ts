/** The small part of Markdown that lessons use, as a tree. There is no way to write HTML in it, so nothing to sanitise. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'em'; children: Inline[] }
  | { kind: 'link'; href: string; children: Inline[] }

export type Block =
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'paragraph' | 'quote'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }

const BULLET = /^\s*[-*]\s+/
const NUMBER = /^\s*\d+[.)]\s+/
const HEADING = /^(#{1,4})\s+(.*)$/

export function parseMarkdown(text: string): Block[] {
  const lines = unindent(text).split('\n')
  const blocks: Block[] = []
  let at = 0
  while (at < lines.length) {
    if ((lines[at] ?? '').trim() === '') {
      at++
      continue
    }
    const { block, next } = parseBlock(lines, at)
    blocks.push(block)
    at = next
  }
  return blocks
}

/** Lessons stand indented in their scenario; the common indentation is not part of them. */
function unindent(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const indents = lines.slice(1).filter((line) => line.trim() !== '')
  const shared = Math.min(...indents.map((line) => line.length - line.trimStart().length))
  if (!Number.isFinite(shared) || shared === 0) return text
  return lines.map((line, index) => (index === 0 ? line.trimStart() : line.slice(shared))).join('\n')
}

function parseBlock(lines: readonly string[], at: number): { block: Block; next: number } {
  const line = lines[at] ?? ''
  if (line.trimStart().startsWith('```')) return fence(lines, at)
  const heading = HEADING.exec(line)
  if (heading)
    return {
      block: { kind: 'heading', level: heading[1]?.length ?? 1, children: parseInline(heading[2] ?? '') },
      next: at + 1,
    }
  if (BULLET.test(line)) return list(lines, at, BULLET, false)
  if (NUMBER.test(line)) return list(lines, at, NUMBER, true)
  if (line.startsWith('|') && /^\|[\s:|-]+\|?\s*$/.test(lines[at + 1] ?? '')) return table(lines, at)
  return paragraph(lines, at)
}

function fence(lines: readonly string[], at: number): { block: Block; next: number } {
  let end = at + 1
  while (end < lines.length && !(lines[end] ?? '').trimStart().startsWith('```')) end++
  return { block: { kind: 'code', text: lines.slice(at + 1, end).join('\n') }, next: end + 1 }
}

function list(
  lines: readonly string[],
  at: number,
  mark: RegExp,
  ordered: boolean,
): { block: Block; next: number } {
  const items: string[] = []
  let end = at
  for (; end < lines.length; end++) {
    const line = lines[end] ?? ''
    if (mark.test(line)) items.push(line.replace(mark, ''))
    else if (line.trim() !== '' && /^\s/.test(line)) items[items.length - 1] += ` ${line.trim()}`
    else break
  }
  return { block: { kind: 'list', ordered, items: items.map(parseInline) }, next: end }
}

function table(lines: readonly string[], at: number): { block: Block; next: number } {
  const cells = (line: string): Inline[][] =>
    line
      .replace(/^\||\|\s*$/g, '')
      .split('|')
      .map((cell) => parseInline(cell.trim()))
  let end = at + 2
  while (end < lines.length && (lines[end] ?? '').startsWith('|')) end++
  return {
    block: { kind: 'table', head: cells(lines[at] ?? ''), rows: lines.slice(at + 2, end).map(cells) },
    next: end,
  }
}

function paragraph(lines: readonly string[], at: number): { block: Block; next: number } {
  const quote = (lines[at] ?? '').startsWith('>')
  const parts: string[] = []
  let end = at
  for (; end < lines.length; end++) {
    const line = lines[end] ?? ''
    const startsOther =
      end > at &&
      (HEADING.test(line) || BULLET.test(line) || NUMBER.test(line) || line.trimStart().startsWith('```'))
    if (line.trim() === '' || startsOther) break
    parts.push(line.replace(/^>\s?/, '').trim())
  }
  return { block: { kind: quote ? 'quote' : 'paragraph', children: parseInline(parts.join(' ')) }, next: end }
}

const INLINE =
  /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|(?<!\w)_([^_]+)_(?!\w)|\[([^\]]+)\]\(([^)\s]+)\)|<?(https?:\/\/[^\s<>)]+)>?/

export function parseInline(text: string): Inline[] {
  const nodes: Inline[] = []
  let rest = text
  for (let match = INLINE.exec(rest); match; match = INLINE.exec(rest)) {
    if (match.index > 0) nodes.push({ kind: 'text', text: rest.slice(0, match.index) })
    nodes.push(inlineOf(match))
    rest = rest.slice(match.index + match[0].length)
  }
  if (rest !== '') nodes.push({ kind: 'text', text: rest })
  return nodes
}

function inlineOf(match: RegExpExecArray): Inline {
  const [all, code, strong, star, under, label, href, bare] = match
  if (code !== undefined) return { kind: 'code', text: code }
  if (strong !== undefined) return { kind: 'strong', children: parseInline(strong) }
  const em = star ?? under
  if (em !== undefined) return { kind: 'em', children: parseInline(em) }
  if (bare !== undefined) return { kind: 'link', href: bare, children: [{ kind: 'text', text: bare }] }
  if (label !== undefined && href !== undefined && /^https?:\/\//.test(href))
    return { kind: 'link', href, children: parseInline(label) }
  return { kind: 'text', text: all }
}
