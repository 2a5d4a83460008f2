/** First byte by the number of bytes that follow. */
const LEAD = [0, 0xc0, 0xe0, 0xf0]

/** UTF-8 without help from the platform (this room knows neither Node nor the DOM). Lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3)
  let n = 0
  for (const character of text) {
    const code = scalarValue(character)
    if (code < 0x80) {
      bytes[n++] = code
      continue
    }
    const tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3
    bytes[n++] = LEAD[tail] | (code >> (6 * tail))
    for (let i = tail - 1; i >= 0; i--) bytes[n++] = 0x80 | ((code >> (6 * i)) & 0x3f)
  }
  return bytes.slice(0, n)
}

function scalarValue(character: string): number {
  const code = character.codePointAt(0) ?? 0xfffd
  return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code
}

/** Text of well-formed UTF-8; a malformed sequence becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  if (isShortAscii(bytes)) return Reflect.apply(String.fromCharCode, null, bytes)
  let text = ''
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i++]
    if (first < 0x80) {
      text += String.fromCharCode(first)
      continue
    }
    const tail = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0
    let code = tail === 0 ? 0xfffd : first & (0x3f >> tail)
    for (let j = 0; j < tail; j++) {
      if ((bytes[i] & 0xc0) !== 0x80) {
        code = 0xfffd
        break
      }
      code = (code << 6) | (bytes[i++] & 0x3f)
    }
    text += String.fromCodePoint(code > 0x10ffff ? 0xfffd : code)
  }
  return text
}

/** Nearly all texts of a trace are: they are made in one step. */
function isShortAscii(bytes: Uint8Array): boolean {
  if (bytes.length > 1000) return false
  for (let i = 0; i < bytes.length; i++) if (bytes[i] >= 0x80) return false
  return true
}
