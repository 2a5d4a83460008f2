/** ptlab archs: the architecture variants a machine can be built on. */
import { describeVariant } from '../arch/describe.ts'
import { sectionsOf } from '../arch/describeRows.ts'
import { variants, withoutMmu } from '../arch/index.ts'
import { archRows, stubRows } from '../host/arches.ts'
import type { ArchRow } from '../host/protocol.ts'
import { archText } from './archText.ts'
import { UsageError } from './args.ts'
import type { Command } from './args.ts'

export const archs: Command = {
  name: 'archs',
  summary: 'Lists the architectures, or tells about one.',
  operands: '[ID]',
  options: {
    json: {
      type: 'boolean',
      help: 'print JSON: a list of { id, aliases, family, title, levels, pageSize, bits, historic, uncertain, mmu }; with ID everything known about it',
    },
  },

  run(args) {
    if (args.operands.length > 1) throw new UsageError('archs takes one architecture at most')
    const [id] = args.operands
    const json = args.flag('json')
    process.stdout.write(id === undefined ? list(json) : page(id, json))
    return Promise.resolve(0)
  },
}

function list(json: boolean): string {
  const rows = [...archRows(), ...stubRows()]
  return json ? jsonText(rows) : listText(rows)
}

function page(id: string, json: boolean): string {
  const stub = withoutMmu.find((each) => each.id === id)
  if (stub !== undefined) {
    const text = `${stub.id}: ${stub.note}; last kernel ${stub.lastKernel}. It cannot be simulated.\n`
    return json ? jsonText({ ...stub, mmu: false }) : text
  }
  const details = detailsOf(id)
  return json ? jsonText(details) : archText(sectionsOf(details))
}

function detailsOf(id: string): ReturnType<typeof describeVariant> {
  try {
    return describeVariant(id)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function jsonText(data: unknown): string {
  return `${JSON.stringify(data, null, 2)}\n`
}

function listText(rows: readonly ArchRow[]): string {
  const width = Math.max(...rows.map((each) => each.id.length))
  const lines = rows.map((each) => {
    const names = each.aliases.length > 0 ? `  (${each.aliases.join(', ')})` : ''
    const notes = [
      each.mmu ? '' : 'not simulated',
      each.historic ? 'historic' : '',
      each.uncertain ? 'some facts uncertain' : '',
    ]
      .filter(Boolean)
      .join(', ')
    return `${each.id.padEnd(width)}  ${(each.mmu ? `${each.pageSize / 1024}K` : '–').padStart(4)}  ${each.levels}${names}${notes && `  [${notes}]`}`
  })
  return `${lines.join('\n')}\n${variants().length} variants, ${withoutMmu.length} architectures without an MMU\n`
}
