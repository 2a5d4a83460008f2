/**
 * The filter language of the event list:
 *
 *   name:tlb_* and not cpu:1          terms, joined by and (may be left out), or, not; parentheses
 *   level:pte mm:2 op:12-14 line:19   key:value terms; numbers may be ranges
 *   va:0x7fff0000 "free text"         quotes keep spaces together
 */
export type FilterNode =
  | { type: 'and'; left: FilterNode; right: FilterNode }
  | { type: 'or'; left: FilterNode; right: FilterNode }
  | { type: 'not'; node: FilterNode }
  | { type: 'term'; key: FilterKey | null; value: string; position: number }
  | { type: 'all' }

export const FILTER_KEYS = {
  name: 'name of the event; * stands for anything: name:tlb_*',
  level: 'level of the table: level:pmd',
  mm: 'number of the mm: mm:2',
  cpu: 'number of the CPU: cpu:0 or cpu:0-3',
  op: 'number of the call: op:12 or op:12-20',
  line: 'source line of the call: line:19',
  va: 'events about the page at an address: va:0x7ffff7fff000',
  ctx: 'where the CPU was: ctx:softirq',
  field: 'changes of a field: field:map_count',
  table: 'number of the table: table:7',
  frame: 'page frame number: frame:0x1000',
} as const
export type FilterKey = keyof typeof FILTER_KEYS

/** What is wrong with a filter, and at which character (from 0). */
export class FilterError extends Error {
  readonly position: number

  constructor(position: number, message: string) {
    super(message)
    this.name = 'FilterError'
    this.position = position
  }
}

interface Token {
  type: '(' | ')' | '!' | 'word' | 'quoted'
  text: string
  position: number
}

const WORD = /[^\s()"]+/y
const MAX_DEPTH = 100

/** Parses a filter; empty text means every event. Throws FilterError. */
export function parseFilter(text: string): FilterNode {
  const parser = new Parser(tokens(text), text.length)
  return parser.whole()
}

class Parser {
  private at = 0
  private depth = 0
  private readonly list: Token[]
  private readonly end: number

  constructor(list: Token[], end: number) {
    this.list = list
    this.end = end
  }

  whole(): FilterNode {
    if (this.list.length === 0) return { type: 'all' }
    const node = this.or()
    const rest = this.peek()
    if (rest) throw new FilterError(rest.position, `unexpected '${rest.text}'`)
    return node
  }

  private or(): FilterNode {
    let left = this.and()
    while (this.takeWord('or')) left = { type: 'or', left, right: this.and() }
    return left
  }

  private and(): FilterNode {
    let left = this.not()
    for (;;) {
      const next = this.peek()
      if (!next || next.type === ')' || isWord(next, 'or')) return left
      this.takeWord('and')
      left = { type: 'and', left, right: this.not() }
    }
  }

  private not(): FilterNode {
    if (++this.depth > MAX_DEPTH)
      throw new FilterError(this.position(), 'too many levels of not and parentheses')
    const node = this.takeNot() ? ({ type: 'not', node: this.not() } as const) : this.primary()
    this.depth--
    return node
  }

  private primary(): FilterNode {
    const token = this.list[this.at++]
    if (!token) throw new FilterError(this.end, 'the filter ends where a term is expected')
    if (token.type === '(') return this.group(token)
    if (token.type === ')') throw new FilterError(token.position, "')' without '('")
    if (isWord(token, 'and') || isWord(token, 'or'))
      throw new FilterError(token.position, `'${token.text}' needs a term before and after it`)
    if (token.type === 'quoted')
      return { type: 'term', key: null, value: token.text, position: token.position }
    return this.term(token)
  }

  private group(open: Token): FilterNode {
    const node = this.or()
    if (this.list[this.at++]?.type !== ')') throw new FilterError(open.position, "'(' without ')'")
    return node
  }

  private term(token: Token): FilterNode {
    const colon = token.text.indexOf(':')
    if (colon <= 0) return { type: 'term', key: null, value: token.text, position: token.position }
    const key = token.text.slice(0, colon).toLowerCase()
    if (!isKey(key))
      throw new FilterError(
        token.position,
        `no key '${key}'; there are ${Object.keys(FILTER_KEYS).join(', ')}`,
      )
    const next = this.peek()
    const quoted =
      colon === token.text.length - 1 &&
      next?.type === 'quoted' &&
      next.position === token.position + token.text.length
    if (quoted) this.at++
    const value = quoted ? next.text : token.text.slice(colon + 1)
    if (value === '') throw new FilterError(token.position + colon + 1, `${key}: needs a value`)
    return { type: 'term', key, value, position: token.position + colon + 1 }
  }

  private takeNot(): boolean {
    const next = this.peek()
    if (!next || !(next.type === '!' || isWord(next, 'not'))) return false
    this.at++
    return true
  }

  private takeWord(word: string): boolean {
    const next = this.peek()
    if (!next || !isWord(next, word)) return false
    this.at++
    return true
  }

  private peek(): Token | undefined {
    return this.list[this.at]
  }

  private position(): number {
    return this.peek()?.position ?? this.end
  }
}

function isKey(key: string): key is FilterKey {
  return Object.hasOwn(FILTER_KEYS, key)
}

function isWord(token: Token, word: string): boolean {
  return token.type === 'word' && token.text.toLowerCase() === word
}

function tokens(text: string): Token[] {
  const list: Token[] = []
  for (let at = 0; at < text.length;) {
    const character = text[at]
    if (/\s/.test(character)) at++
    else if (character === '(' || character === ')')
      list.push({ type: character, text: character, position: at++ })
    else if (character === '!' || (character === '-' && /\S/.test(text[at + 1] ?? ' ')))
      list.push({ type: '!', text: character, position: at++ })
    else if (character === '"') at = quoted(text, at, list)
    else at = word(text, at, list)
  }
  return list
}

function quoted(text: string, at: number, list: Token[]): number {
  const close = text.indexOf('"', at + 1)
  if (close < 0) throw new FilterError(at, 'the quote is not closed')
  list.push({ type: 'quoted', text: text.slice(at + 1, close), position: at })
  return close + 1
}

function word(text: string, at: number, list: Token[]): number {
  WORD.lastIndex = at
  const found = WORD.exec(text)?.[0] ?? text[at]
  list.push({ type: 'word', text: found, position: at })
  return at + found.length
}
