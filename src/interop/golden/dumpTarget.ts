/** The target process of a table dump before its first operation, as far as /proc/PID/maps and pagemap tell. */
import { RecordError } from './errors.ts'
import type { DumpRecord } from './dumpSchema.ts'
import type { Baseline } from './schema.ts'

const PRESENT = 1n << 63n
const FILE = 1n << 61n
/** Bits of a baseline's present runs. */
const ANON_RUN = 5
const FILE_RUN = 3

export function baselineOf(record: DumpRecord): Baseline {
  const made = new Set(record.vmas.map(({ s, e }) => `${BigInt(s)}-${BigInt(e)}`))
  const lines = record.maps.map(parseLine)
  const own = lines.filter(({ start, end }) => !made.has(`${BigInt(start)}-${BigInt(end)}`))
  const runs = record.pagemapRuns.filter(([start]) => own.some((map) => holds(map, BigInt(start))))
  const present = runs
    .filter(([, , entry]) => (BigInt(`0x${entry}`) & PRESENT) !== 0n)
    .map(([start, pages, entry]): Baseline['present'][number] => {
      const isOwn = isAnon(entry) && !own.some((map) => isReadOnlyAnon(map) && holds(map, BigInt(start)))
      return [start, pages, isOwn ? ANON_RUN : FILE_RUN]
    })
  const maps = own.map((map) => ({ ...map, rssKb: 0, anonKb: 0, flags: flagsOf(map, present) }))
  return { maps, present: present.filter(([start]) => !maps.some((map) => map.flags.includes('pf') && holds(map, BigInt(start)))) }
}

/** Anonymous memory that cannot be written to has zero pages (mips: the page for emulated delay slots). */
function isReadOnlyAnon({ name, perms }: MapsLine): boolean {
  return name === '' && perms[1] !== 'w'
}

interface MapsLine {
  start: string
  end: string
  perms: string
  off: string
  name: string
}

/** 'start-end perms offset dev inode name' */
function parseLine(line: string): MapsLine {
  const match = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) \S+ \d+\s*(.*)$/.exec(line)
  if (match === null) throw new RecordError(`maps: '${line}' is no line of /proc/PID/maps`)
  const [, start, end, perms, off, name] = match
  return { start: `0x${start}`, end: `0x${end}`, perms: perms!, off: `0x${off}`, name: name!.trim() }
}

function holds({ start, end }: { start: string; end: string }, address: bigint): boolean {
  return BigInt(start) <= address && address < BigInt(end)
}

function isAnon(entry: string): boolean {
  return (BigInt(`0x${entry}`) & FILE) === 0n
}

/** VmFlags as far as the permissions tell; what has pages of its own was writable once (RELRO). */
function flagsOf(map: MapsLine, present: Baseline['present']): string {
  const { perms, name } = map
  const letters = [
    perms[0] === 'r' ? 'rd' : '',
    perms[1] === 'w' ? 'wr' : '',
    perms[2] === 'x' ? 'ex' : '',
    'mr mw me',
    name === '[stack]' ? 'gd' : '',
    name.startsWith('[vvar') ? 'pf' : '',
    hasOwnPages(map, present) ? 'ac' : '',
  ]
  return letters.filter(Boolean).join(' ')
}

function hasOwnPages(map: MapsLine, present: Baseline['present']): boolean {
  const isFile = map.name.startsWith('/')
  return map.perms[1] === 'w' || (isFile && present.some(([start, , bits]) => bits === ANON_RUN && holds(map, BigInt(start))))
}
