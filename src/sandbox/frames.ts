/**
 * Frames on the pipe from runner to host: u32 length of the JSON, u32 length of the binary part, JSON, binary.
 * The runner writes them with blocking writes, so they arrive while a scenario is busy and a slow host slows it down
 * instead of filling its memory.
 */
const HEAD = 8
const MAX_JSON = 64 << 20
const MAX_BINARY = 64 << 20

export function encodeFrame(message: unknown, binary?: Uint8Array): Uint8Array[] {
  const json = new TextEncoder().encode(JSON.stringify(message))
  const head = new Uint8Array(HEAD)
  const view = new DataView(head.buffer)
  view.setUint32(0, json.length, true)
  view.setUint32(4, binary?.length ?? 0, true)
  return binary && binary.length > 0 ? [head, json, binary] : [head, json]
}

/** Collects bytes and hands over whole frames. A frame cut off by the runner's death is never handed over. */
export class FrameReader {
  private parts: Uint8Array[] = []
  private have = 0
  private need = HEAD
  private jsonLength = -1
  private binaryLength = 0
  private readonly onFrame: (message: unknown, binary: Uint8Array) => void

  constructor(onFrame: (message: unknown, binary: Uint8Array) => void) {
    this.onFrame = onFrame
  }

  push(bytes: Uint8Array): void {
    this.parts.push(bytes)
    this.have += bytes.length
    while (this.have >= this.need) this.advance()
  }

  private advance(): void {
    if (this.jsonLength < 0) {
      this.readHead()
      return
    }
    const body = this.take(this.need)
    const json = new TextDecoder().decode(body.subarray(0, this.jsonLength))
    const binary = body.subarray(this.jsonLength)
    this.need = HEAD
    this.jsonLength = -1
    this.onFrame(JSON.parse(json), binary)
  }

  private readHead(): void {
    const head = this.take(HEAD)
    const view = new DataView(head.buffer, head.byteOffset, HEAD)
    this.jsonLength = view.getUint32(0, true)
    this.binaryLength = view.getUint32(4, true)
    if (this.jsonLength > MAX_JSON || this.binaryLength > MAX_BINARY) {
      throw new Error(`frame of ${this.jsonLength} + ${this.binaryLength} bytes is too large`)
    }
    this.need = this.jsonLength + this.binaryLength
  }

  private take(length: number): Uint8Array {
    if (this.parts[0].length < length) this.parts = [concat(this.parts, this.have)]
    const first = this.parts[0]
    const taken = first.subarray(0, length)
    if (first.length === length) this.parts.shift()
    else this.parts[0] = first.subarray(length)
    this.have -= length
    return taken
  }
}

function concat(parts: Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
