/** ptlab archs: the architecture variants a machine can be built on. */
import { findVariant, variants } from '../arch/index.ts'
import { archRow, archRows } from '../host/arches.ts'
import type { ArchRow } from '../host/protocol.ts'
import { UsageError } from './args.ts'
import type { Command } from './args.ts'

export const archs: Command = {
  name: 'archs',
  summary: 'Lists the architectures, or tells about one.',
  operands: '[ID]',
  options: {
    json: {
      type: 'boolean',
      help: 'print JSON: a list of { id, aliases, family, title, levels, pageSize, bits, historic, uncertain }',
    },
  },

  run(args) {
    if (args.operands.length > 1) throw new UsageError('archs takes one architecture at most')
    const [id] = args.operands
    const rows = id === undefined ? archRows() : [rowOf(id)]
    if (args.flag('json')) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
    else process.stdout.write(id === undefined ? listText(rows) : rowText(rows[0]))
    return Promise.resolve(0)
  },
}

function rowOf(id: string): ArchRow {
  try {
    return archRow(findVariant(id))
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function listText(rows: readonly ArchRow[]): string {
  const width = Math.max(...rows.map((each) => each.id.length))
  const lines = rows.map((each) => {
    const names = each.aliases.length > 0 ? `  (${each.aliases.join(', ')})` : ''
    const notes = [each.historic ? 'historic' : '', each.uncertain ? 'some facts uncertain' : '']
      .filter(Boolean)
      .join(', ')
    return `${each.id.padEnd(width)}  ${`${each.pageSize / 1024}K`.padStart(4)}  ${each.levels}${names}${notes && `  [${notes}]`}`
  })
  return `${lines.join('\n')}\n${variants().length} variants\n`
}

function rowText(row: ArchRow): string {
  const pairs: [string, string][] = [
    ['id', row.id],
    ['aliases', row.aliases.join(', ') || '–'],
    ['family', row.family],
    ['name', row.title],
    ['page size', `${row.pageSize} bytes`],
    ['word', `${row.bits} bits`],
    ['levels', row.levels],
    ['historic', row.historic ? 'yes' : 'no'],
    ['uncertain facts', row.uncertain ? 'yes' : 'no'],
  ]
  return pairs.map(([name, value]) => `${name.padEnd(16)}${value}\n`).join('')
}
