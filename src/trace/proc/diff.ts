/** What changed between two texts, line by line. */

export interface ProcLine {
  text: string
  /** ' ' as before, '+' new, '−' gone (`text` is what stood there), '~' changed. */
  mark: ' ' | '+' | '−' | '~'
  /** What a changed line said before. */
  was: string
}

/** Beyond so many cells the exact comparison of what lies between common ends is not worth its time. */
const MAX_CELLS = 4_000_000

/** The lines of `now`, and between them those of `before` that are gone. */
export function diffLines(before: string, now: string): ProcLine[] {
  const old = linesOf(before)
  const fresh = linesOf(now)
  let head = 0
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head++
  let tail = 0
  const most = Math.min(old.length, fresh.length) - head
  while (tail < most && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail++
  return [
    ...fresh.slice(0, head).map(same),
    ...middle(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)),
    ...fresh.slice(fresh.length - tail).map(same),
  ]
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function same(text: string): ProcLine {
  return { text, mark: ' ', was: '' }
}

/** Both sides differ at their ends. Longest common subsequence; what lies between its members is paired off. */
function middle(old: readonly string[], fresh: readonly string[]): ProcLine[] {
  if (old.length * fresh.length > MAX_CELLS) return replaced(old, fresh)
  const width = fresh.length + 1
  const longest = new Uint16Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      const at = i * width + j
      longest[at] =
        old[i] === fresh[j] ? longest[at + width + 1] + 1 : Math.max(longest[at + width], longest[at + 1])
    }
  }
  const lines: ProcLine[] = []
  let [i, j] = [0, 0]
  for (;;) {
    const [fromOld, fromFresh] = [i, j]
    while (i < old.length && j < fresh.length && old[i] !== fresh[j])
      if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) i++
      else j++
    const ended = i === old.length || j === fresh.length
    lines.push(
      ...replaced(
        old.slice(fromOld, ended ? old.length : i),
        fresh.slice(fromFresh, ended ? fresh.length : j),
      ),
    )
    if (ended) return lines
    lines.push(same(fresh[j]))
    i++
    j++
  }
}

/** Some lines in the place of others: those about the same thing are a change, the rest went or came. */
function replaced(old: readonly string[], fresh: readonly string[]): ProcLine[] {
  const lines: ProcLine[] = []
  let j = 0
  for (const text of old) {
    const at = fresh.findIndex((each, i) => i >= j && key(each) === key(text))
    if (at < 0) {
      lines.push({ text, mark: '−', was: '' })
      continue
    }
    for (; j < at; j++) lines.push({ text: fresh[j], mark: '+', was: '' })
    lines.push({ text: fresh[j++], mark: '~', was: text })
  }
  for (; j < fresh.length; j++) lines.push({ text: fresh[j], mark: '+', was: '' })
  return lines
}

/** What a line is about: the word before its values. */
function key(line: string): string {
  return line.split(/[\s:]/, 1)[0]
}
