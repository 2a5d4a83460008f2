/** A small tokenizer for TypeScript text: enough to read literals without loading the compiler. */
export interface Token {
  kind: 'name' | 'number' | 'text' | 'template' | 'sign'
  /** The value of a text, else the token as written. A template with ${…} has kind 'template'. */
  text: string
}

const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy
const NUMBER = /\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?n?/iy
const BLANK = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y
const REGEX = /\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const BEFORE_REGEX = /[([{,;=:!&|?+*%<>~^-]/

export function* tokens(source: string): Generator<Token> {
  let at = 0
  let last: Token = { kind: 'sign', text: ';' }
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at
    return pattern.exec(source)?.[0] ?? ''
  }
  while (at < source.length) {
    at += match(BLANK).length
    if (at >= source.length) return
    const char = source[at]
    let length: number
    let token: Token
    if (char === "'" || char === '"' || char === '`') {
      const end = endOfText(source, at)
      const raw = source.slice(at + 1, end - 1)
      length = end - at
      token =
        char === '`' && /(?<!\\)\$\{/.test(raw)
          ? { kind: 'template', text: raw }
          : { kind: 'text', text: unescapeText(raw) }
    } else {
      const name = match(NAME)
      const number = name === '' ? match(NUMBER) : ''
      const regex = char === '/' && last.kind === 'sign' && BEFORE_REGEX.test(last.text) ? match(REGEX) : ''
      length = (name || number || regex || char).length
      token = { kind: name ? 'name' : number ? 'number' : 'sign', text: name || number || char }
    }
    at += length
    last = token
    yield token
  }
}

/** Index behind the closing quote; templates may hold ${…} with texts of their own. */
function endOfText(source: string, start: number): number {
  const quote = source[start]
  let at = start + 1
  while (at < source.length && source[at] !== quote) {
    if (source[at] === '\\') at += 2
    else if (quote === '`' && source.startsWith('${', at)) at = endOfHole(source, at + 2)
    else at++
  }
  return Math.min(at + 1, source.length)
}

function endOfHole(source: string, start: number): number {
  let depth = 1
  let at = start
  while (at < source.length && depth > 0) {
    const char = source[at]
    if (char === "'" || char === '"' || char === '`') at = endOfText(source, at)
    else {
      depth += char === '{' ? 1 : char === '}' ? -1 : 0
      at++
    }
  }
  return at
}

const SHORT: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\n': '',
}

function unescapeText(raw: string): string {
  return raw.replace(
    /\\(?:u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2})|([\s\S]))/gi,
    (_, long, four, two, other: string) => {
      const code = (long ?? four ?? two) as string | undefined
      return code === undefined ? (SHORT[other] ?? other) : String.fromCodePoint(Number.parseInt(code, 16))
    },
  )
}
