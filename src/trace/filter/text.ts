/** Free text in a filter: names of events and fields, texts of calls and messages, values written as 0x…. */
import { CLASSES, className, classOf, fieldName } from '../names.ts'
import { KIND, OBJ_NAMES } from '../schema.ts'
import type { Trace } from '../trace.ts'
import type { CompiledFilter } from './compile.ts'

const FIELD_CLASS_KIND = KIND.FIELD

/** Which word of a record is a string number, by kind; 0: none. */
const STRING_WORD = new Uint8Array(256)
for (const kind of [
  KIND.SYS_ENTER,
  KIND.SYS_EXIT,
  KIND.DMESG,
  KIND.EXPECT,
  KIND.LOG,
  KIND.CHART,
  KIND.NOT_MODELLED,
])
  STRING_WORD[kind] = 3
STRING_WORD[KIND.OBJ_NEW] = 4

const HAS_VALUES = new Uint8Array(256)
for (const kind of [KIND.SET_ENTRY, KIND.FIELD, KIND.STORE]) HAS_VALUES[kind] = 1

export function textTest(text: string, trace: Trace): CompiledFilter {
  const wanted = text.toLowerCase()
  const classes = Uint8Array.from({ length: CLASSES }, (_, number) =>
    className(number).toLowerCase().includes(wanted) ? 1 : 0,
  )
  const fields = OBJ_NAMES.map((obj, i) =>
    Uint8Array.from({ length: 64 }, (_, j) => (`${obj} ${fieldName(i, j)}`.includes(wanted) ? 1 : 0)),
  )
  const strings = new StringSet(wanted, trace)
  const value = /^0x[0-9a-f_]{1,20}$/.test(wanted) ? BigInt(wanted.replaceAll('_', '')) : null
  const lo = value === null ? 0 : Number(value & 0xffff_ffffn)
  const hi = value === null ? 0 : Number((value >> 32n) & 0xffff_ffffn)
  return {
    refresh: () => strings.refresh(),
    test: (w, at) => {
      const kind = w[at] & 0xff
      if (classes[classOf(w[at], w[at + 1])] === 1) return true
      if (kind === FIELD_CLASS_KIND && fields[w[at + 1] >>> 24]?.[w[at] >>> 16] === 1) return true
      if (STRING_WORD[kind] !== 0) return strings.has(w[at + STRING_WORD[kind]])
      if (value === null || HAS_VALUES[kind] === 0) return false
      return (w[at + 4] === lo && w[at + 5] === hi) || (w[at + 6] === lo && w[at + 7] === hi)
    },
  }
}

/** Numbers of the trace's strings that contain a text. */
class StringSet {
  private set = new Uint8Array(0)
  private readonly wanted: string
  private readonly trace: Trace

  constructor(wanted: string, trace: Trace) {
    this.wanted = wanted
    this.trace = trace
  }

  has(string: number): boolean {
    return string < this.set.length && this.set[string] === 1
  }

  refresh(): void {
    const { strings } = this.trace
    const known = this.set.length
    if (strings.length === known) return
    const set = new Uint8Array(strings.length)
    set.set(this.set)
    for (let i = known; i < set.length; i++) set[i] = strings[i].toLowerCase().includes(this.wanted) ? 1 : 0
    this.set = set
  }
}
