/** ptlab profiles: the kernels that are modelled and the alternative each chose for every seam. */
import { accountingAlternatives, kernelProfiles } from '../lab/profiles.ts'
import type { Command } from './args.ts'

export const profiles: Command = {
  name: 'profiles',
  summary: 'Lists the modelled kernels and the design alternatives each used.',
  operands: '',
  options: { json: { type: 'boolean', help: 'print one JSON object' } },
  details: `
--json prints { kernels: [{ version, recorded, accounting, note }], accounting: [{ id, label, used, cost, risk, fields }] }.`,

  run(args) {
    const kernels = kernelProfiles()
    const accounting = accountingAlternatives()
    process.stdout.write(
      args.flag('json') ? `${JSON.stringify({ kernels, accounting }, null, 2)}\n` : text(kernels, accounting),
    )
    return Promise.resolve(0)
  },
}

function text(
  kernels: ReturnType<typeof kernelProfiles>,
  accounting: ReturnType<typeof accountingAlternatives>,
): string {
  const versions = kernels.map(({ version, accounting: policy, recorded, note }) => [
    version,
    policy,
    recorded === '' ? note : `recorded: ${recorded}`,
  ])
  const alternatives = accounting.map(({ label, id, used, risk }) => [label, id, used, risk])
  return `${columns([['kernel', 'accounting', ''], ...versions])}\n${columns([['', 'accounting', 'used', 'risk'], ...alternatives])}`
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
