/** ptlab profiles: the kernels that are modelled and the alternative each chose for every seam. */
import { accountingAlternatives, kernelProfiles, seamAlternatives, type KernelRow } from '../lab/profiles.ts'
import type { Command } from './args.ts'

type SeamRow = ReturnType<typeof seamAlternatives>[number]

export const profiles: Command = {
  name: 'profiles',
  summary: 'Lists the modelled kernels and the design alternatives each used.',
  operands: '',
  options: { json: { type: 'boolean', help: 'print one JSON object' } },
  details: `
An asterisk marks what is recalled rather than read in the kernel's source or history.
--json prints { kernels: [{ version, recorded, accounting, note, seams: [{ seam, simulated, checked,
choices: [{ on, label, id, note }] }] }], accounting: [{ id, label, used, cost, risk, fields }],
seams: [{ id, question, source, simulated, alternatives: [{ id, label, about }] }] }.`,

  run(args) {
    const kernels = kernelProfiles()
    const accounting = accountingAlternatives()
    const seams = seamAlternatives()
    process.stdout.write(
      args.flag('json')
        ? `${JSON.stringify({ kernels, accounting, seams }, null, 2)}\n`
        : text(kernels, accounting, seams),
    )
    return Promise.resolve(0)
  },
}

function text(
  kernels: KernelRow[],
  accounting: ReturnType<typeof accountingAlternatives>,
  seams: SeamRow[],
): string {
  const head = ['kernel', ...seams.map(({ id }) => id), '']
  const rows = kernels.map((kernel) => [
    kernel.version,
    ...seams.map(({ id }) => labels(kernel, id)),
    kernel.recorded === '' ? kernel.note : `recorded: ${kernel.recorded}`,
  ])
  const counted = accounting.map(({ label, id, used, risk }) => [label, id, used, risk])
  const named = seams.filter(({ simulated }) => !simulated)
  return [
    columns([head, ...rows]),
    columns([['', 'accounting', 'used', 'risk'], ...counted]),
    ...named.map((seam) => seamText(seam, kernels)),
  ].join('\n')
}

/** 'C4' or 'C6/C5': in the order of the seam's architectures, what repeats left out. */
function labels({ seams }: KernelRow, id: string): string {
  const found = seams.find(({ seam }) => seam === id)
  if (found === undefined) return ''
  return [...new Set(found.choices.map(({ label }) => label))].join('/') + (found.checked ? '' : '*')
}

function seamText({ id, question, source, alternatives }: SeamRow, kernels: KernelRow[]): string {
  const rows = alternatives.map(({ label, id, about }) => [label, id, about])
  const changes = kernels.flatMap(({ version, seams }, at) => {
    const now = choiceText(seams, id)
    return at > 0 && choiceText(kernels[at - 1].seams, id) === now ? [] : [`  since ${version}: ${now}\n`]
  })
  return `${id}: ${question} Named, not yet simulated.\n  source: ${source}\n${columns(rows)}${changes.join('')}`
}

function choiceText(seams: KernelRow['seams'], id: string): string {
  const found = seams.find(({ seam }) => seam === id)
  return (found?.choices ?? [])
    .map(
      ({ on, label, note }) =>
        `${on === '' ? '' : `${on} `}${label}${note === undefined ? '' : ` (${note})`}`,
    )
    .join('; ')
}

/** Rows as text, each column as wide as its widest cell. */
function columns(rows: string[][]): string {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at]))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
